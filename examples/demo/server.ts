import { createServer, type RequestListener, type Server } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { documentFetcher } from 'grantor/node'
import { createDemo } from './app.js'
import type { Env } from './env.js'
import { createReporter } from './reporter/app.js'
import { openStorage } from './storage.js'

export interface RunningDemo {
  readonly issuer: string
  readonly reporter: string
  /** Where the data is. */
  readonly database: string
  readonly stop: () => Promise<void>
}

/** How long requests that are being answered may take when the demo is asked to stop, in milliseconds. */
const patience = 2_000

const purgeEvery = 600_000

const problems: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program is using it',
  EACCES: 'this user may not use it',
  EADDRNOTAVAIL: 'this machine does not have this address',
  ENOTFOUND: 'there is no such host',
}

interface Listening {
  readonly server: Server
  readonly serve: (app: RequestListener) => void
}

const notYet: RequestListener = (_req, res) => void res.writeHead(503, { 'Retry-After': '1' }).end()

/** @throws Error that says which address is not to be had, and why */
async function listen(host: string, port: number): Promise<Listening> {
  let current = notYet
  const server = createServer((req, res) => current(req, res))
  await new Promise<void>((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      fail(new Error(`cannot listen on ${host}:${port}: ${problems[error.code ?? ''] ?? error.message}`))
    })
    server.listen(port, host, done)
  })
  return {
    server,
    serve(app) {
      current = app
    },
  }
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((done) => {
    server.close(() => done())
  })
  await Promise.race([closed, setTimeout(patience, undefined, { ref: false })])
  server.closeAllConnections()
}

/**
 * Starts the platform and the sample client beside it.
 *
 * @param folder where the database goes when none is named, as a URL that ends in a slash
 */
export async function startDemo(
  { host, port, databaseUrl, reset, loopbackMetadata, ...env }: Env,
  folder: URL,
): Promise<RunningDemo> {
  const authority = host.includes(':') ? `[${host}]` : host
  const issuer = `http://${authority}:${port}`
  const reporter = `http://${authority}:${port + 1}`
  // First the ports: a second demo must not empty the database of the one that has them.
  const [platform, client] = [await listen(host, port), await listen(host, port + 1)]
  const url = databaseUrl ?? new URL('demo.db', folder).href
  const { storage, place, close: closeStorage } = await openStorage(url, { reset })
  const fetchDocument = documentFetcher({ allowLoopback: loopbackMetadata })
  const { app, provider } = createDemo({ issuer, storage, reporter, fetchDocument, ...env })
  platform.serve(app)
  client.serve(createReporter({ api: `${issuer}/api`, url: reporter }))
  // What has expired is of no use to anybody; every node of an app may clear it away.
  const purge = () => provider.purge().catch((error: unknown) => console.error('demo: could not purge:', error))
  const timer = setInterval(purge, purgeEvery).unref()
  return {
    issuer,
    reporter,
    database: place,
    async stop() {
      clearInterval(timer)
      await Promise.all([platform, client].map(({ server }) => close(server)))
      await provider.close()
      await closeStorage()
    },
  }
}
