import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { type TestOptions, type TestProvider, testProvider } from '../support/provider.js'

/** What is done to an answer before it goes out; undefined leaves it alone. */
export type Break = (request: Request, answer: Response, body: string) => Response | undefined

export interface Broken {
  readonly issuer: string
  readonly box: TestProvider
  readonly stop: () => void
}

/** The same answer with some of its JSON, headers or status changed. */
export function changed(
  answer: Response,
  body: string,
  change: {
    readonly json?: (json: Record<string, unknown>) => unknown
    readonly status?: number
    readonly headers?: Readonly<Record<string, string | null>>
  },
): Response {
  const headers = new Headers(answer.headers)
  for (const [name, value] of Object.entries(change.headers ?? {})) {
    if (value === null) headers.delete(name)
    else headers.set(name, value)
  }
  const text = change.json ? JSON.stringify(change.json(JSON.parse(body) as Record<string, unknown>)) : body
  const status = change.status ?? answer.status
  return new Response(status === 204 || status === 304 ? null : text, { status, headers })
}

/** A provider on a port of its own, with a fault in it. */
export async function startBroken(breakIt: Break = () => undefined, options: TestOptions = {}): Promise<Broken> {
  const server = createServer()
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  const issuer = `http://127.0.0.1:${address.port}`
  const box = testProvider({ ...options, issuer })
  const answer = async (request: Request) => {
    const response = await box.fetch(request)
    const body = await response.clone().text()
    return breakIt(request, response, body) ?? response
  }
  server.on('request', getRequestListener(answer, { overrideGlobalObjects: false }))
  return {
    issuer,
    box,
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}
