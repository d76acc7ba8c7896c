import express, { type Express, type Request, type Response } from 'express'
import { pageFailures, pageHeaders, pageNotFound, sameOrigin, sendPage } from '../http.js'
import { stylesheet } from '../pages/style.js'
import { createSessions } from '../sessions.js'
import { createClient, explain, isOver, type Pending, type Tokens } from './client.js'
import { ReporterPage } from './page.js'

/** What this app remembers about one visitor. */
interface Visit {
  /** An authorization that is under way. */
  readonly pending?: Pending
  readonly tokens?: Tokens
  /** What came of the last step, in words. */
  readonly notice?: string
}

export interface ReporterOptions {
  /** The API this app wants to use: all it knows about the platform. */
  readonly api: string
  /** Where this app is served, without a path. */
  readonly url: string
}

/** Acme Reporter, an app of somebody else's that reads people's items. It shares no secret and no code with the platform. */
export function createReporter({ api, url }: ReporterOptions): Express {
  const client = createClient({ api, redirectUri: `${url}/callback` })
  const visits = createSessions<Visit>('reporter_session')
  const app = express().disable('x-powered-by')

  /** Back to the one page there is, which shows what has become of the visit. */
  const home = (req: Request, res: Response, visit: Visit) => {
    visits.start(req, res, visit)
    res.redirect(303, '/')
  }

  app.use(pageHeaders)
  app.get('/style.css', stylesheet)

  app.get('/', async (req, res) => {
    const { tokens, notice } = visits.read(req) ?? {}
    if (!tokens) return sendPage(res, ReporterPage({ api, notice: notice ?? null, connection: null }))
    const report = await client.report(tokens).catch((error: unknown) => ({ problem: explain(error) }))
    sendPage(res, ReporterPage({ api, notice: notice ?? null, connection: { tokens, report } }))
  })

  app.post('/connect', sameOrigin, async (req, res) => {
    try {
      const { pending, url: consent } = await client.begin()
      visits.start(req, res, { pending })
      res.redirect(303, consent.href)
    } catch (error) {
      home(req, res, { notice: explain(error) })
    }
  })

  app.get('/callback', async (req, res) => {
    const { pending } = visits.read(req) ?? {}
    if (!pending) return home(req, res, { notice: 'No connection was under way in this browser.' })
    try {
      const tokens = await client.complete(new URL(req.originalUrl, url), pending)
      home(req, res, { tokens, notice: 'Connected.' })
    } catch (error) {
      home(req, res, { notice: explain(error) })
    }
  })

  app.post('/refresh', sameOrigin, async (req, res) => {
    const { tokens } = visits.read(req) ?? {}
    if (!tokens) return home(req, res, {})
    try {
      home(req, res, { tokens: await client.refresh(tokens), notice: 'Refreshed: both tokens are new.' })
    } catch (error) {
      home(req, res, { notice: explain(error), ...(!isOver(error) && { tokens }) })
    }
  })

  app.post('/disconnect', sameOrigin, async (req, res) => {
    const { tokens } = visits.read(req) ?? {}
    try {
      if (tokens) await client.revoke(tokens)
      home(req, res, { notice: 'Disconnected.' })
    } catch (error) {
      home(req, res, { notice: explain(error), ...(tokens && { tokens }) })
    }
  })

  app.use(pageNotFound, pageFailures)
  return app
}
