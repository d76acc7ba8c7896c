import type { Project, Session } from 'grantor'

export const scopes = {
  'project:read': 'See workspaces and read data',
  'project:write': { description: 'Create and change things', implies: ['project:read'] },
  'project:admin': {
    description: 'Delete workspaces, roll data back',
    implies: ['project:write'],
    sensitive: true,
  },
} as const

export type ScopeName = keyof typeof scopes

interface Person {
  readonly name: string
  readonly accounts: readonly string[]
  readonly admin: boolean
}

const accountOf: Readonly<Record<string, string>> = { alpha: 'acme', beta: 'acme', gamma: 'globex' }

/** An app with people in it, whose permissions a test can change at any time. */
export interface TestHost {
  readonly session: (request: { readonly headers: { get(name: string): string | null } }) => Session | null
  readonly projects: (who: { readonly subject: string }) => readonly Project[]
  readonly entitlements: (where: { readonly subject: string; readonly project: string | null }) => readonly ScopeName[]
  readonly active: (who: { readonly subject: string }) => boolean
  /** Give a person exactly these scopes in a project; none: they are no member of it any more. */
  readonly entitle: (person: string, project: string, held: readonly ScopeName[]) => void
  readonly disable: (person: string) => void
  readonly enable: (person: string) => void
}

interface Headers {
  get(name: string): string | null
}

const cookieOf = (headers: Headers, name: string): string | undefined =>
  new RegExp(`(?:^|;\\s*)${name}=([^;]+)`).exec(headers.get('cookie') ?? '')?.[1]

/** Somebody signed in: by the cookie that the login page sets, or by a header for requests that are made by hand. */
const subjectOf = (headers: Headers): string | null => headers.get('x-user') ?? cookieOf(headers, 'user') ?? null

/** When and how they did, as far as the login page has told. */
function signInOf(headers: Headers): Pick<Session, 'authenticatedAt' | 'acr'> {
  const [at, acr] = [cookieOf(headers, 'signed_in_at'), cookieOf(headers, 'acr')]
  return { ...(at !== undefined && { authenticatedAt: Number(at) }), ...(acr !== undefined && { acr }) }
}

/** The people of the demo: alice may do everything in alpha and beta, bob writes in gamma, carol reads in alpha. */
export function testHost(): TestHost {
  const people = new Map<string, Person>([
    ['alice', { name: 'alice@acme.example', accounts: ['acme'], admin: true }],
    ['bob', { name: 'bob@globex.example', accounts: ['globex'], admin: false }],
    ['carol', { name: 'carol@acme.example', accounts: ['acme'], admin: false }],
  ])
  const held = new Map<string, Map<string, readonly ScopeName[]>>([
    [
      'alice',
      new Map([
        ['alpha', ['project:admin'] as const],
        ['beta', ['project:admin'] as const],
      ]),
    ],
    ['bob', new Map([['gamma', ['project:write'] as const]])],
    ['carol', new Map([['alpha', ['project:read'] as const]])],
  ])
  const disabled = new Set<string>()
  const holdings = (person: string) => held.get(person) ?? new Map<string, readonly ScopeName[]>()

  return {
    session({ headers }) {
      const subject = subjectOf(headers)
      const person = subject === null ? undefined : people.get(subject)
      return subject === null || !person ? null : { subject, ...person, ...signInOf(headers) }
    },
    projects: ({ subject }) =>
      [...holdings(subject).keys()].map((id) => ({
        id,
        name: `${id[0]?.toUpperCase()}${id.slice(1)}`,
        ...(accountOf[id] !== undefined && { account: accountOf[id] }),
      })),
    entitlements({ subject, project }) {
      const mine = holdings(subject)
      return project === null ? [...mine.values()].flat() : (mine.get(project) ?? [])
    },
    active: ({ subject }) => people.has(subject) && !disabled.has(subject),
    entitle(person, project, scope) {
      const mine = new Map(holdings(person))
      if (scope.length > 0) mine.set(project, scope)
      else mine.delete(project)
      held.set(person, mine)
    },
    disable: (person) => void disabled.add(person),
    enable: (person) => void disabled.delete(person),
  }
}
