import { once } from 'node:events'
import { createServer } from 'node:net'

/** Systems hand out ports from 32768 on, or higher, to whoever asks for any. */
const [least, most] = [10_000, 30_000]

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}

/**
 * The first of some ports in a row that nobody listens on, for what has to be told its port before it listens, or comes back to it
 * later. Nobody who takes any port that is free is given one of these meanwhile.
 */
export async function freePorts(count = 1): Promise<number> {
  for (;;) {
    const first = least + Math.floor(Math.random() * (most - least))
    const free = await Promise.all(Array.from({ length: count }, (_, index) => isFree(first + index)))
    if (!free.includes(false)) return first
  }
}
