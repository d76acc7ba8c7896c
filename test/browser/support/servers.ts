import { createServer, type IncomingHttpHeaders, type RequestListener, request } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { type TestOptions, type TestProvider, testProvider } from '../../support/provider.js'

/** A server on a free port of this machine. */
export interface Listening {
  readonly port: number
  /** `http://127.0.0.1:port`. */
  readonly url: string
  readonly stop: () => void
}

async function listen(listener: (url: string) => RequestListener): Promise<Listening> {
  const server = createServer()
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  const url = `http://127.0.0.1:${address.port}`
  server.on('request', listener(url))
  return {
    port: address.port,
    url,
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Somebody else's web server: a client's, or an attacker's. */
export interface Elsewhere extends Listening {
  /** The same server as another site in the eyes of a browser, which tells `localhost` from `127.0.0.1`. */
  readonly foreignUrl: string
  /** What was asked of it, in order, icons aside. */
  readonly visits: URL[]
  /** Answer a path with a page; every other path says `Arrived`. */
  readonly show: (path: string, body: string) => void
}

const document = (title: string, body: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>${body}`

export async function startElsewhere(): Promise<Elsewhere> {
  const visits: URL[] = []
  const pages = new Map<string, string>()
  const listening = await listen((url) => (req, res) => {
    const asked = new URL(req.url ?? '/', url)
    if (asked.pathname === '/favicon.ico') return void res.writeHead(404).end()
    visits.push(asked)
    res.setHeader('content-type', 'text/html; charset=utf-8')
    res.end(document('Elsewhere', pages.get(asked.pathname) ?? '<h1>Arrived</h1>'))
  })
  return {
    ...listening,
    foreignUrl: `http://localhost:${listening.port}`,
    visits,
    show: (path, body) => void pages.set(path, body),
  }
}

/** A provider with a host of its own, on a port of its own. Its issuer is its URL. */
export interface TestServer extends TestProvider {
  readonly stop: () => void
}

export async function startProvider(options: TestOptions = {}): Promise<TestServer> {
  let box: TestProvider | undefined
  const { stop } = await listen((issuer) => {
    const created = testProvider({ ...options, issuer })
    box = created
    return getRequestListener((incoming) => created.fetch(incoming), { overrideGlobalObjects: false })
  })
  if (!box) throw new Error('no provider')
  return { ...box, stop }
}

export interface Changes {
  readonly headers?: (headers: IncomingHttpHeaders) => IncomingHttpHeaders
  readonly html?: (html: string) => string
}

/** The same site with other headers or markup: what it would be without one of its defences. */
export function startChanged(site: string, { headers = (same) => same, html = (same) => same }: Changes) {
  return listen(() => (req, res) => {
    const onward = request(new URL(req.url ?? '/', site), { method: req.method, headers: req.headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const { 'content-length': _, 'transfer-encoding': __, ...kept } = answer.headers
        res.writeHead(answer.statusCode ?? 502, headers(kept)).end(html(Buffer.concat(chunks).toString()))
      })
    })
    onward.on('error', () => res.destroy())
    req.pipe(onward)
  })
}
