import express, { type Express, type Request } from 'express'
import { createProvider, type DocumentFetcher, type Lifetimes, type Provider, type Storage } from 'grantor'
import { oauth } from 'grantor/express'
import { documentFetcher } from 'grantor/node'
import { pages } from 'grantor/pages'
import { api } from './api.js'
import { createData } from './data.js'
import { pageFailures, pageHeaders, pageNotFound, sendPage } from './http.js'
import { login } from './login.js'
import { mcp } from './mcp.js'
import { HomePage } from './pages/home.js'
import { stylesheet } from './pages/style.js'
import { type Person, people, projectsOf, type ScopeName, scopes, scopesOf, sessionOf } from './people.js'
import { createSessions, type Sessions } from './sessions.js'

export type DemoProvider = Provider<Request, ScopeName>

export interface DemoOptions {
  /** The URL the demo is served at, without a path. */
  readonly issuer: string
  readonly storage: Storage
  /** Where the sample client is, for the link on the home page. */
  readonly reporter?: string
  /** Seconds. */
  readonly lifetimes?: Partial<Lifetimes>
  /** Whether attempts are counted, and too many of them refused. */
  readonly throttle: boolean
  /** How the documents are fetched in which clients describe themselves; from public addresses only, unless given. */
  readonly fetchDocument?: DocumentFetcher
}

export interface Demo {
  readonly app: Express
  readonly provider: DemoProvider
}

const createOAuth = (
  { issuer, storage, lifetimes = {}, throttle, fetchDocument = documentFetcher() }: DemoOptions,
  sessions: Sessions<Person>,
): DemoProvider =>
  createProvider({
    issuer,
    storage,
    lifetimes,
    ...(!throttle && { throttle: false }),
    scopes,
    resources: { [`${issuer}/api`]: { name: 'Quarry API' }, [`${issuer}/mcp`]: { name: 'Quarry MCP' } },
    // Clients of before 2025-06-18 name no resource: theirs are good for both.
    defaultResource: [`${issuer}/api`, `${issuer}/mcp`],
    session: (req: Request) => {
      const person = sessions.read(req)
      return person && { ...sessionOf(person), authenticatedAt: sessions.since(req) }
    },
    // Nothing stands in front of the demo, so that this is who calls.
    address: (req) => req.ip,
    login: (returnTo) => `/login?next=${encodeURIComponent(returnTo)}`,
    // 'many', so that a token for one project can be seen beside a token for several. 'all' would add a choice for projects
    // that do not exist yet, which nobody here ever makes.
    projects: { label: 'project', choose: 'many', list: ({ subject }) => projectsOf(subject) },
    entitlements: ({ subject, project }) => scopesOf(subject, project),
    active: ({ subject }) => people.has(subject),
    registration: {
      // Anybody's own apps, at /settings/oauth-apps: never to delete anything, nor to administer.
      byUsers: { most: 20, scope: ['project:read', 'project:write'] },
      metadataDocuments: { fetch: fetchDocument },
      outOfBand: true,
    },
    admin: { scope: 'oauth:admin', resource: `${issuer}/api` },
    pages: pages({ name: 'Quarry' }),
  })

/** Quarry, a small data platform for several customers, and the provider inside it. */
export function createDemo(options: DemoOptions): Demo {
  const sessions = createSessions<Person>('quarry_session')
  const provider = createOAuth(options, sessions)
  const data = createData()
  const app = express().disable('x-powered-by')

  app.use(oauth(provider))
  app.use('/api', api(provider, data))
  app.use('/mcp', mcp(provider, data))
  app.use(pageHeaders)
  app.get('/style.css', stylesheet)
  app.use(login(sessions))
  app.get('/', (req, res) => {
    const { issuer, paths } = provider
    sendPage(res, HomePage({ person: sessions.read(req), issuer, paths, reporter: options.reporter ?? null }))
  })
  app.use(pageNotFound, pageFailures)
  return { app, provider }
}
