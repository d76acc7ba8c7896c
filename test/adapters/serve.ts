import { createServer, type RequestListener, type Server } from 'node:http'
import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { afterAll } from 'vitest'

/** A server on a free port of this machine; closed when the test file is done. */
export async function serve(server: Server | RequestListener): Promise<string> {
  const one = typeof server === 'function' ? createServer(server) : server
  await new Promise<void>((resolve) => {
    one.listen(0, '127.0.0.1', resolve)
  })
  afterAll(() => {
    one.closeAllConnections()
    one.close()
  })
  const address = one.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}

/** Sends bytes as they are, one packet per part, for what no well-behaved client would send; resolves to everything that comes back. */
export function exchange(url: string, ...parts: readonly (string | Uint8Array)[]): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    const socket = connect(Number(port), hostname, async () => {
      for (const part of parts) {
        if (socket.writable) socket.write(part)
        await setTimeout(5)
      }
    })
    socket.setNoDelay(true)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('end', () => socket.end())
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
    socket.on('error', reject)
  })
}

/** Sends the beginning of a request and leaves. */
export function leaveAfter(url: string, part: string): Promise<void> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(part, async () => {
        await setTimeout(20)
        socket.destroy()
      })
    })
    socket.on('close', () => resolve())
    socket.on('error', reject)
  })
}
