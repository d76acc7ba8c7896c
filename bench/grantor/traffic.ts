import { along, arrival, redeemed as redeemedAt } from '../arrival.js'
import type { Connection } from '../connection.js'
import type { Seed, Traffic, WorkloadId } from '../contestant.js'
import type { Step } from '../steps.js'
import { scope, sessionCookie } from '../terms.js'
import { type Client, trafficOf } from '../traffic.js'
import { cookiesOf, form, get, locationOf, textOf, wrong } from '../wires.js'

export type { Client } from '../traffic.js'

/** How Grantor's clients, browsers and callers speak to it. The floors answer the same requests. */

export const tokenPath = '/oauth/token'
export const introspectionPath = '/oauth/introspect'
export const registrationPath = '/oauth/register'
/** A route of the host's own API. */
export const guardedPath = '/api/projects/alpha'

const cookie = (seed: Seed) => ({ cookie: textOf(seed, 'cookies') })
const navigation = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' }

/** What a browser does from the link to the callback. Each step finds in the seed what the one before it left. */
const approval: readonly Step[] = [
  {
    request: (seed) => get(`/oauth/authorize?${textOf(seed, 'query')}`, { ...navigation, ...cookie(seed) }),
    next(seed, answer) {
      const cookies = [textOf(seed, 'cookies'), cookiesOf(answer)].filter((part) => part !== '').join('; ')
      return { ...seed, cookies, page: locationOf(answer) }
    },
  },
  {
    request: (seed) => get(textOf(seed, 'page'), { ...navigation, ...cookie(seed) }),
    next(seed, answer) {
      const csrf = /name="csrf" value="([^"]+)"/.exec(answer.body)?.[1]
      if (answer.status !== 200 || csrf === undefined) return wrong(answer, 'a consent page')
      return { ...seed, csrf }
    },
  },
  {
    request(seed) {
      const id = new URLSearchParams(textOf(seed, 'page').split('?')[1]).get('id') ?? ''
      const choice = { decision: 'approve', project: 'alpha', keep_alive: '1' }
      const body = new URLSearchParams({ id, csrf: textOf(seed, 'csrf'), ...choice })
      for (const one of scope.split(' ')) body.append('scope', one)
      const headers = {
        origin: textOf(seed, 'origin'),
        'sec-fetch-site': 'same-origin',
        ...navigation,
        ...cookie(seed),
      }
      return { ...form('/oauth/interaction', {}, headers), body: body.toString() }
    },
    next(seed, answer) {
      const response = new URL(locationOf(answer)).searchParams
      if (response.get('state') !== seed.state) wrong(answer, 'the state')
      return { ...seed, code: response.get('code') }
    },
  },
]

const endpoints = {
  token: tokenPath,
  introspection: introspectionPath,
  registration: registrationPath,
  guarded: guardedPath,
  approval,
}

/** A person who is signed in and has been sent here by a client: what a flow begins with. */
export function flowSeed(client: Client, origin: string, person: number): Seed {
  const subject = `person-${person}`
  return arrival({ ...client, origin, subject, cookies: `${sessionCookie}=${subject}` })
}

/** Have that person approve: the seed of a code that has not been used. */
export const approved = (connection: Connection, seed: Seed): Promise<Seed> => along(approval, connection, seed)

/** Redeem a code: the seed of a live pair of tokens. */
export const redeemed = (connection: Connection, seed: Seed): Promise<Seed> => redeemedAt(endpoints, connection, seed)

const of = (workload: WorkloadId) => (): Traffic => trafficOf(workload, endpoints)

export const traffic: Readonly<Record<WorkloadId, () => Traffic>> = {
  'client-credentials': of('client-credentials'),
  code: of('code'),
  refresh: of('refresh'),
  guard: of('guard'),
  introspection: of('introspection'),
  registration: of('registration'),
  flow: of('flow'),
}
