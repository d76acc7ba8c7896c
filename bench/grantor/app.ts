import { type Access, createProvider, type Provider, type ProviderOptions, type Storage } from 'grantor'
import { pages } from 'grantor/pages'
import type { Seed, Served, WorkloadId } from '../contestant.js'
import { seedOver } from '../seeding.js'
import { registration, scope, sessionCookie } from '../terms.js'
import { approved, type Client, flowSeed, redeemed } from './traffic.js'

export type ScopeName = 'project:read' | 'project:write' | 'project:admin'

/** What each host says in its own framework: the `Cookie` header of its request. */
export type CookieOf<Host> = (host: Host) => string | undefined

/** The quick start of the README, with people told apart by a cookie. Limits are off, as they are for everybody here, so that registration can be measured at all. */
export function optionsOf<Host>(
  issuer: string,
  storage: Storage,
  cookieOf: CookieOf<Host>,
): ProviderOptions<Host, ScopeName> {
  const signedIn = new RegExp(`(?:^|; )${sessionCookie}=([^;]+)`)
  return {
    issuer,
    storage,
    scopes: {
      'project:read': 'See workspaces and read data',
      'project:write': { description: 'Create and change things', implies: ['project:read'] },
      'project:admin': { description: 'Delete workspaces', implies: ['project:write'], sensitive: true },
    },
    resources: { [`${issuer}/api`]: { name: 'Acme API' } },
    session(host) {
      const subject = signedIn.exec(cookieOf(host) ?? '')?.[1]
      return subject === undefined ? null : { subject, name: `${subject}@acme.example` }
    },
    login: (returnTo) => `/login?next=${encodeURIComponent(returnTo)}`,
    projects: { label: 'workspace', choose: 'one', list: () => [{ id: 'alpha', name: 'Alpha' }] },
    entitlements: () => ['project:write'],
    pages: pages({ name: 'Acme' }),
    throttle: false,
    registration: { dynamic: { mostUnused: 10_000_000 } },
  }
}

export const providerOf = <Host>(...given: Parameters<typeof optionsOf<Host>>): Provider<Host, ScopeName> =>
  createProvider<Host, ScopeName>(optionsOf<Host>(...given))

/** What the app behind the guard answers. */
export const itemsOf = ({ subject, scope }: Access) => ({ project: 'alpha', subject, scope })

/** The client of a run: it comes for people and for itself, and may introspect. */
export async function clientOf<Host>({ clients, issuer }: Provider<Host, ScopeName>): Promise<Client> {
  const metadata = { ...registration, grant_types: [...registration.grant_types, 'client_credentials'] }
  const policy = { scope: scope.split(' '), introspect: [`${issuer}/api`] }
  const { client, secret } = await clients.register(metadata, { policy })
  return { client_id: client.id, client_secret: secret ?? '' }
}

interface Running {
  readonly port: number
  readonly origin: string
  readonly client: Client
}

/** What a run of a workload begins with. Whatever a person has to do for it is done, over HTTP. */
export function seeder(workload: WorkloadId, { port, origin, client }: Running): Served['seed'] {
  let people = 0
  const nextFlow = () => {
    people += 1
    return flowSeed(client, origin, people)
  }
  const tokens = (count: number) =>
    seedOver(port, count, async (connection) => redeemed(connection, await approved(connection, nextFlow())))
  const same = async (count: number) => Array.from({ length: count }, (): Seed => client)
  const seeds: Readonly<Record<WorkloadId, Served['seed']>> = {
    'client-credentials': same,
    registration: same,
    code: (count) => seedOver(port, count, (connection) => approved(connection, nextFlow())),
    refresh: tokens,
    guard: tokens,
    introspection: tokens,
    flow: async (count) => Array.from({ length: count }, nextFlow),
  }
  return seeds[workload]
}
