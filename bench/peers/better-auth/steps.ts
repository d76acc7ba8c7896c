import type { Step } from '../../steps.js'
import { get, json, jsonOf, locationOf, textOf, wrong } from '../../wires.js'
import { calledBack, cookie } from '../shared/host.js'

/** Where the host has its consent page. */
export const consentPage = '/consent'

/** The API that JWTs are for. */
export const resource = 'https://api.reporter.example'

/** Three: authorize, the host's page, and the answer that the page's script sends, with the signed query of the page. */
export const steps: readonly Step[] = [
  {
    request: (seed) => get(`/api/auth/oauth2/authorize?${textOf(seed, 'query')}`, cookie(seed)),
    next(seed, answer) {
      const { pathname, search } = new URL(locationOf(answer), 'http://127.0.0.1')
      if (pathname !== consentPage) wrong(answer, 'the way to the consent page')
      return { ...seed, signed: search.slice(1) }
    },
  },
  {
    request: (seed) => get(`${consentPage}?${textOf(seed, 'signed')}`, cookie(seed)),
    next(seed, answer) {
      if (answer.status !== 200 || !answer.body.includes('Connect Reporter')) wrong(answer, 'a consent page')
      return seed
    },
  },
  {
    request(seed) {
      const wire = json('/api/auth/oauth2/consent', { accept: true, oauth_query: textOf(seed, 'signed') })
      return { ...wire, headers: { ...wire.headers, ...cookie(seed), origin: textOf(seed, 'origin') } }
    },
    next(seed, answer) {
      const response = new URL(textOf(jsonOf(answer), 'url')).searchParams
      if (response.get('state') !== seed.state) wrong(answer, 'the state')
      return { ...seed, code: response.get('code') }
    },
  },
]

/** What was approved is remembered: the first answer has the code. */
export const again: readonly Step[] = [
  { request: (seed) => get(`/api/auth/oauth2/authorize?${textOf(seed, 'query')}`, cookie(seed)), next: calledBack },
]
