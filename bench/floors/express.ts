import type { IncomingMessage, ServerResponse } from 'node:http'
import express from 'express'
import { introspectionPath, registrationPath, tokenPath } from '../grantor/traffic.js'
import { answer, readText } from './bare.js'
import { floorOf } from './floor.js'
import { itemsOf, type Reply, refused } from './replies.js'

const posted = (reply: (body: string) => Reply) => (request: IncomingMessage, response: ServerResponse) =>
  readText(request, (body) => answer(response, reply(body)))

export const contestants = [
  floorOf({ id: 'floor-express', title: 'Floor, Express', packages: ['express'] }, (store) => {
    const app = express()
    app.post(tokenPath, posted(store.token))
    app.post(introspectionPath, posted(store.introspect))
    app.post(registrationPath, posted(store.register))
    app.get('/api/projects/:project', (request, response) => {
      const subject = store.subjectOf(request.headers.authorization)
      if (subject === null) answer(response, refused())
      else response.set('cache-control', 'private').json(itemsOf(subject))
    })
    return app
  }),
]
