import type { RequestListener } from 'node:http'
import { guardedPath, introspectionPath, registrationPath, tokenPath } from '../grantor/traffic.js'
import { answer, readText } from './bare.js'
import { floorOf } from './floor.js'
import { items, type Reply, refused } from './replies.js'
import type { Store } from './store.js'

const app = (store: Store): RequestListener => {
  const posts: Readonly<Record<string, (body: string) => Reply>> = {
    [tokenPath]: store.token,
    [introspectionPath]: store.introspect,
    [registrationPath]: store.register,
  }
  return (request, response) => {
    const post = posts[request.url ?? '']
    if (post) readText(request, (body) => answer(response, post(body)))
    else if (request.url === guardedPath) {
      const subject = store.subjectOf(request.headers.authorization)
      answer(response, subject === null ? refused() : items(subject))
    } else response.writeHead(404).end()
  }
}

export const contestants = [floorOf({ id: 'floor-node', title: 'Floor, node:http', packages: [] }, app)]
