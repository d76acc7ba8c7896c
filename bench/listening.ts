import type { RequestListener, Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Listening {
  readonly port: number
  readonly origin: string
  /** What answers from now on: an issuer is known only once there is a port. */
  readonly answer: (listener: RequestListener) => void
  readonly close: () => Promise<void>
}

const notYet: RequestListener = (_request, response) => void response.writeHead(503).end()

/** A server on a free port of 127.0.0.1. */
export async function listen(): Promise<Listening> {
  const server = createServer(notYet)
  return {
    ...(await opened(server)),
    answer: (listener) => void server.removeAllListeners('request').on('request', listener),
  }
}

/** The same for a server that somebody else has made. */
export async function opened(server: Server): Promise<Omit<Listening, 'answer'>> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
      server.closeAllConnections()
      await closed
    },
  }
}
