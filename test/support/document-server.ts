import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { newAuthority } from './certificates.js'

/** A web server on this machine, with a certificate of its own authority, where clients publish their documents. */
export interface DocumentServer {
  /** As `https://localhost:…`. */
  readonly origin: string
  /** What has to be trusted, as PEM. */
  readonly ca: string
  /** Publish a document; the URL it is at. */
  readonly publish: (path: string, document: (url: string) => unknown) => string
  /** The path of every request. */
  readonly requests: readonly string[]
  /** How many connections there were, whatever came of them. */
  readonly connections: () => number
  readonly close: () => Promise<void>
}

export async function startDocumentServer(): Promise<DocumentServer> {
  const authority = newAuthority()
  const documents = new Map<string, string>()
  const requests: string[] = []
  let connections = 0
  const server = createServer(authority.issue('localhost', '127.0.0.1', '::1'), (req, res) => {
    const path = req.url ?? '/'
    requests.push(path)
    const document = documents.get(path)
    res.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(document ?? '{}')
  })
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  const origin = `https://localhost:${(server.address() as AddressInfo).port}`
  return {
    origin,
    ca: authority.ca,
    requests,
    connections: () => connections,
    publish(path, document) {
      const url = `${origin}${path}`
      documents.set(path, JSON.stringify(document(url)))
      return url
    },
    async close() {
      await new Promise((done) => {
        server.close(done)
        server.closeAllConnections()
      })
    },
  }
}
