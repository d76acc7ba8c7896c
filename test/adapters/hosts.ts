import type { IncomingMessage, Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import express from 'express'
import { requireAccess as expressAccess, oauth as expressOauth } from 'grantor/express'
import { requireAccess as honoAccess, oauth as honoOauth } from 'grantor/hono'
import { listener, requireAccess as nodeAccess } from 'grantor/node'
import { type Context, Hono } from 'hono'
import { type FakeProvider, fakeProvider } from './fake-provider.js'
import { serve } from './serve.js'

export interface ServedHost {
  readonly url: string
  readonly failures: readonly unknown[]
}

const origins = ['https://spa.example']

/**
 * The same app on each framework: the provider at the root, `/hello` of its own, and `/api/:project/items` guarded. The header `x-person`
 * stands in for the session.
 */
export const hosts: Readonly<Record<string, () => Promise<ServedHost>>> = {
  'node:http': async () => {
    const provider = fakeProvider((req: IncomingMessage) => String(req.headers['x-person']))
    const project = (req: IncomingMessage) => /^\/api\/([^/]+)\/items$/.exec(req.url ?? '')?.[1]
    const guarded = nodeAccess(provider, { scope: 'items:read', project, origins })
    const app = listener(provider, async (req, res) => {
      res.setHeader('vary', 'Accept')
      if (project(req) === undefined) return res.end('hello from the app')
      const access = await guarded(req, res)
      return access && res.end(JSON.stringify({ scope: access.scope }))
    })
    return served(provider, await serve(app))
  },

  express: async () => {
    const provider = fakeProvider((req: express.Request) => String(req.get('x-person')))
    const app = express()
    app.use(expressOauth(provider))
    const guard = expressAccess(provider, { scope: 'items:read', project: (req) => req.params.project, origins })
    app.use((_req, res, next) => {
      res.vary('Accept')
      next()
    })
    app.all('/api/:project/items', guard, (req, res) => void res.json({ scope: req.access?.scope }))
    app.use((_req, res) => void res.send('hello from the app'))
    return served(provider, await serve(app))
  },

  hono: async () => {
    const provider = fakeProvider((c: Context) => String(c.req.header('x-person')))
    const app = new Hono()
    app.use(honoOauth(provider))
    const guard = honoAccess(provider, { scope: 'items:read', project: (c) => c.req.param('project'), origins })
    app.all('/api/:project/items', guard, (c) => {
      const headers = { vary: 'Accept' }
      return Response.json({ scope: c.get('access').scope }, { headers })
    })
    app.all('*', (c) => c.text('hello from the app'))
    return served(provider, await serve(createAdaptorServer(app) as Server))
  },
}

const served = <Host>({ failures }: FakeProvider<Host>, url: string): ServedHost => ({ url, failures })
