import express, { type Request, type RequestHandler, type Router } from 'express'
import type { Access } from 'grantor'
import { requireAccess } from 'grantor/express'
import * as z from 'zod'
import type { DemoProvider } from './app.js'
import type { Data } from './data.js'
import { jsonFailures, jsonNotFound, onlyMethods, sendError } from './http.js'
import type { ScopeName } from './people.js'

export const itemName = z.string().trim().min(1).max(200)

const newItem = z.object({ name: itemName })

const needed = ({ method }: Request): ScopeName =>
  method === 'POST' ? 'project:write' : method === 'DELETE' ? 'project:admin' : 'project:read'

/** Who acts: the person, or a client that acts for itself. */
export const actorOf = ({ subject, clientId }: Access): string => subject ?? clientId

/** A guard has let this request through, so that there is an access. */
const accessOf = ({ access }: Request): Access => {
  if (access === undefined) throw new Error('this route has no guard in front of it')
  return access
}

const me: RequestHandler = (req, res) => {
  const { subject, clientId, scope, projects, accountId } = accessOf(req)
  res.json({ user: subject, client: clientId, scope: scope.join(' '), projects, account: accountId })
}

/** The HTTP API, below `/api`. The guard is all it knows about OAuth. */
export function api(provider: DemoProvider, data: Data): Router {
  const router = express.Router()
  const common = { resource: `${provider.issuer}/api`, origins: '*' } as const
  const anyToken = requireAccess(provider, common)
  const inProject = requireAccess(provider, { ...common, scope: needed, project: (req) => req.params.project })
  const readJson = express.json({ limit: '64kb' })

  router.all('/', anyToken, (_req, res) => void res.json({ me: '/api/me', items: '/api/projects/{project}/items' }))
  router.all('/me', anyToken)
  router.get('/me', me)
  router.all('/me', onlyMethods('GET', 'HEAD'))

  router.all('/projects/:project/items', inProject)
  router.get('/projects/:project/items', (req, res) => void res.json({ items: data.list(req.params.project) }))
  router.post('/projects/:project/items', readJson, (req, res) => {
    const body = newItem.safeParse(req.body)
    if (!body.success) return sendError(res, 400, 'invalid_request', z.prettifyError(body.error).replaceAll('\n', ' '))
    const item = data.add(req.params.project, body.data.name, actorOf(accessOf(req)))
    res.status(201).location(`/api/projects/${req.params.project}/items/${item.id}`).json(item)
  })
  router.all('/projects/:project/items', onlyMethods('GET', 'HEAD', 'POST'))

  router.all('/projects/:project/items/:id', inProject)
  router.delete('/projects/:project/items/:id', (req, res) => {
    if (data.remove(req.params.project, req.params.id)) res.status(204).end()
    else sendError(res, 404, 'not_found', 'there is no such item in this project')
  })
  router.all('/projects/:project/items/:id', onlyMethods('DELETE'))

  return router.use(jsonNotFound, jsonFailures)
}
