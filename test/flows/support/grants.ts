import { type Browser, openBrowser, type Site, signIn } from '../../support/browser.js'
import {
  type Answer,
  approve,
  authorize,
  type Callback,
  call,
  exchange,
  type Params,
  type RegisteredClient,
  register,
  tokensOf,
} from '../../support/flow.js'

/** A person at a browser with an app of theirs, who approves as often as a test needs grants. */
export interface Person {
  readonly browser: Browser
  readonly client: RegisteredClient
  /** A new grant for the project alpha, up to its code. */
  readonly approve: (params?: Params) => Promise<Callback>
  /** A new grant for the project alpha: its tokens. */
  readonly connect: (params?: Params) => Promise<{ readonly access: string; readonly refresh: string }>
}

/** @param usual parameters of every authorization request, unless a test names others */
export async function alice(site: Site, usual: Params = {}): Promise<Person> {
  const client = await register(site)
  const browser = openBrowser(site)
  await signIn(browser, 'alice')
  const person: Person = {
    browser,
    client,
    approve: async (params = {}) =>
      approve(browser, await authorize(browser, client, { ...usual, ...params }), { project: 'alpha' }),
    async connect(params) {
      const tokens = tokensOf(await exchange(site, await person.approve(params)))
      return { access: tokens.access_token, refresh: tokens.refresh_token ?? '' }
    },
  }
  return person
}

/** A list made by calling, all at once. */
export const parallel = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)))

/** How often each outcome came up: `{ '200': 1, '400 invalid_grant': 49 }`. */
export function tally(answers: readonly Answer[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { status, body } of answers) {
    const outcome = body.error === undefined ? `${status}` : `${status} ${body.error}`
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  return counts
}

/** What different values a member has in answers. */
export const distinct = (answers: readonly Answer[], member: string): readonly unknown[] => [
  ...new Set(answers.map(({ body }) => body[member])),
]

export const statusOf = async (site: Site, token: unknown, init?: RequestInit): Promise<number> =>
  (await call(site, String(token), '/api/projects/alpha/items', init)).status
