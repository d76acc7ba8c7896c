import { getRequestListener } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { introspectionPath, registrationPath, tokenPath } from '../grantor/traffic.js'
import { floorOf } from './floor.js'
import { itemsOf, type Reply, refused } from './replies.js'

const answer = (c: Context, { status, headers, body }: Reply) =>
  c.body(body, status as ContentfulStatusCode, { ...headers })

const posted = (reply: (body: string) => Reply) => async (c: Context) => answer(c, reply(await c.req.text()))

export const contestants = [
  floorOf({ id: 'floor-hono', title: 'Floor, Hono', packages: ['hono', '@hono/node-server'] }, (store) => {
    const app = new Hono()
    app.post(tokenPath, posted(store.token))
    app.post(introspectionPath, posted(store.introspect))
    app.post(registrationPath, posted(store.register))
    app.get('/api/projects/:project', (c) => {
      const subject = store.subjectOf(c.req.header('authorization'))
      if (subject === null) return answer(c, refused())
      c.header('cache-control', 'private')
      return c.json(itemsOf(subject))
    })
    return getRequestListener(app.fetch)
  }),
]
