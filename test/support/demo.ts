import { createServer, type RequestListener, type Server } from 'node:http'
import type { Lifetimes } from 'grantor'
import { memoryStorage } from 'grantor/storage/memory'
import { createDemo, type DemoProvider } from '../../examples/demo/app.js'
import { createReporter } from '../../examples/demo/reporter/app.js'

/** The demo with its sample client, in this process, in memory, on free ports. */
export interface TestDemo {
  readonly issuer: string
  readonly reporter: string
  readonly provider: DemoProvider
  readonly stop: () => void
}

async function listen(): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer()
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return { server, url: `http://127.0.0.1:${address.port}` }
}

/**
 * @example
 * const demo = await startTestDemo()
 * afterAll(demo.stop)
 */
export async function startTestDemo(options: { readonly lifetimes?: Partial<Lifetimes> } = {}): Promise<TestDemo> {
  const [platform, client] = await Promise.all([listen(), listen()])
  const { app, provider } = createDemo({
    issuer: platform.url,
    storage: memoryStorage(),
    reporter: client.url,
    throttle: false,
    ...options,
  })
  const serve = ({ server }: { readonly server: Server }, listener: RequestListener) => server.on('request', listener)
  serve(platform, app)
  serve(client, createReporter({ api: `${platform.url}/api`, url: client.url }))
  return {
    issuer: platform.url,
    reporter: client.url,
    provider,
    stop() {
      for (const { server } of [platform, client]) {
        server.closeAllConnections()
        server.close()
      }
    },
  }
}
