import type { Step } from '../../steps.js'
import { cookiesOf, form, get, locationOf, textOf } from '../../wires.js'
import { calledBack, cookie, joined, opening } from '../shared/host.js'

type Seed = Readonly<Record<string, unknown>>

const there = (seed: Seed) => {
  const { pathname, search } = new URL(textOf(seed, 'location'), 'http://127.0.0.1')
  return pathname + search
}

const redirected: Step['next'] = (seed, answer) => ({
  ...seed,
  location: locationOf(answer),
  cookies: joined(textOf(seed, 'cookies'), cookiesOf(answer)),
})

/** Four: authorize, the interaction's page, its form, and the way back through the provider, which has the code. */
export const steps: readonly Step[] = [
  { request: (seed) => get(`/auth?${textOf(seed, 'query')}`, cookie(seed)), next: redirected },
  opening(there),
  {
    request: (seed) => form(there(seed), { request: textOf(seed, 'request'), decision: 'approve' }, cookie(seed)),
    next: redirected,
  },
  {
    request: (seed) => get(there(seed), cookie(seed)),
    next: (seed, answer) => ({
      ...calledBack(seed, answer),
      cookies: joined(textOf(seed, 'cookies'), cookiesOf(answer)),
    }),
  },
]

/** Its session knows the grant: the first answer has the code. */
export const again: readonly Step[] = [
  { request: (seed) => get(`/auth?${textOf(seed, 'query')}`, cookie(seed)), next: calledBack },
]
