import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { freePorts } from '../support/ports.js'

/** When a line is cut: before the server has what the client sent, or after it has answered and before the client knows. */
export type Moment = 'before' | 'after'

/** A line to a database server that can be cut. */
export interface Line {
  /** The server's URL, by way of this line. */
  readonly url: string
  /** The database is gone: connections break, and new ones are refused. */
  readonly cut: () => Promise<void>
  /** Nothing goes through any more, and nobody is told: those there are and new ones stay open and silent. */
  readonly freeze: () => void
  /** Connections made from now on work. Silent ones stay silent. */
  readonly restore: () => Promise<void>
  /** Break one connection, once, at the first thing sent from now on of which this says yes. */
  readonly snip: (wanted: (sent: Buffer) => boolean, moment: Moment) => void
  /** Do so no longer; whether it was done. */
  readonly unsnip: () => boolean
  /** Told of everything clients send. */
  readonly listen: (hear: (sent: Buffer, connection: object) => void) => void
  readonly close: () => Promise<void>
}

interface Snip {
  readonly wanted: (sent: Buffer) => boolean
  readonly moment: Moment
}

async function listenOn(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
}

export async function openLine(target: string): Promise<Line> {
  const { hostname, port: targetPort } = new URL(target)
  const sockets = new Set<Socket>()
  const silent = new WeakSet<Socket>()
  let frozen = false
  let armed: Snip | null = null
  let hear: (sent: Buffer, connection: object) => void = () => {}

  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  }

  const carry = (client: Socket) => {
    if (frozen) return keep(client)
    const upstream = connect(Number(targetPort), hostname)
    for (const socket of [client, upstream]) keep(socket.setNoDelay(true))
    const hangUp = () => {
      client.destroy()
      upstream.destroy()
    }
    let lost = false
    client.on('data', (sent) => {
      if (silent.has(client)) return
      hear(sent, client)
      if (armed?.wanted(sent)) {
        const { moment } = armed
        armed = null
        if (moment === 'before') return hangUp()
        lost = true
      }
      upstream.write(sent)
    })
    upstream.on('data', (received) => {
      if (lost) return hangUp()
      if (!silent.has(client)) client.write(received)
    })
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  }

  let server = createServer(carry)
  const port = await freePorts()
  await listenOn(server, port)
  const stop = async () => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
  const url = new URL(target)
  url.host = `127.0.0.1:${port}`
  return {
    url: url.href,
    cut: stop,
    freeze: () => {
      frozen = true
      for (const socket of sockets) silent.add(socket)
    },
    async restore() {
      frozen = false
      if (server.listening) return
      server = createServer(carry)
      await listenOn(server, port)
    },
    snip: (wanted, moment) => {
      armed = { wanted, moment }
    },
    unsnip() {
      const done = armed === null
      armed = null
      return done
    },
    listen: (listener) => {
      hear = listener
    },
    close: async () => {
      if (server.listening) await stop()
    },
  }
}
