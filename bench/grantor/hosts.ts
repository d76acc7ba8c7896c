import type { IncomingMessage, RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import type { Storage } from 'grantor'
import { requireAccess as expressGuard, oauth as expressOauth } from 'grantor/express'
import { requireAccess as honoGuard, oauth as honoOauth } from 'grantor/hono'
import { listener, requireAccess } from 'grantor/node'
import { type Context, Hono } from 'hono'
import { clientOf, itemsOf, providerOf } from './app.js'
import { type Client, guardedPath } from './traffic.js'

/** The same app in each framework: the provider, and one guarded route. */
export interface Host {
  readonly listener: RequestListener
  readonly client: Client
  readonly close: () => Promise<void>
}

export type OpenHost = (issuer: string, storage: Storage) => Promise<Host>

export const nodeHost: OpenHost = async (issuer, storage) => {
  const provider = providerOf<IncomingMessage>(issuer, storage, (request) => request.headers.cookie)
  const read = requireAccess(provider, { scope: 'project:read', project: () => 'alpha' })
  const app = listener(provider, async (request, response) => {
    if (request.url !== guardedPath) return response.writeHead(404).end()
    const access = await read(request, response)
    if (access === null) return
    const body = JSON.stringify(itemsOf(access))
    response.setHeader('content-type', 'application/json')
    response.setHeader('content-length', Buffer.byteLength(body))
    response.end(body)
  })
  return { listener: app, client: await clientOf(provider), close: provider.close }
}

export const expressHost: OpenHost = async (issuer, storage) => {
  const provider = providerOf<express.Request>(issuer, storage, (request) => request.headers.cookie)
  const app = express()
  app.use(expressOauth(provider))
  const read = expressGuard(provider, { scope: 'project:read', project: (request) => request.params.project })
  app.get('/api/projects/:project', read, (request, response) => {
    if (request.access) response.json(itemsOf(request.access))
  })
  return { listener: app, client: await clientOf(provider), close: provider.close }
}

export const honoHost: OpenHost = async (issuer, storage) => {
  const provider = providerOf<Context>(issuer, storage, (c) => c.req.header('cookie'))
  const app = new Hono()
  app.use(honoOauth(provider))
  const read = honoGuard(provider, { scope: 'project:read', project: (c) => c.req.param('project') })
  app.get('/api/projects/:project', read, (c) => c.json(itemsOf(c.get('access'))))
  return { listener: getRequestListener(app.fetch), client: await clientOf(provider), close: provider.close }
}
