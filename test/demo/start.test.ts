import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser, signIn, siteAt } from '../support/browser.js'
import { startDocumentServer } from '../support/document-server.js'
import { authorize } from '../support/flow.js'
import { freePorts } from '../support/ports.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

let folder: string
let port: number
const started: ChildProcess[] = []

interface Run {
  readonly child: ChildProcess
  readonly output: () => string
  /** The exit code, once it has ended. */
  readonly ended: Promise<number | null>
}

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
  // A process group of its own, so that nothing it starts outlives the test.
  const child = spawn(command, args, { cwd: root, detached: true, env: { ...process.env, PORT: String(port), ...env } })
  started.push(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return { child, output: () => text, ended: once(child, 'close').then(([code]) => code as number | null) }
}

async function until(condition: () => boolean | Promise<boolean>, what: () => string): Promise<void> {
  for (let tries = 0; !(await condition()); tries += 1) {
    if (tries > 1_200) throw new Error(`waited in vain: ${what()}`)
    await setTimeout(100)
  }
}

const answers = (url: string) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  )

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quarry-'))
  port = await freePorts(2)
})
afterAll(async () => {
  for (const { pid, exitCode, signalCode } of started)
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

describe('npm start', { timeout: 180_000 }, () => {
  it('serves the platform and the sample client, says where, and stops when it is asked to', async () => {
    const database = pathToFileURL(join(folder, 'demo.db')).href
    const npm = run('npm', ['start'], { DEMO_RESET: '1', DATABASE_URL: database, DEMO_LIFETIMES: '{"accessToken":90}' })
    await until(() => npm.output().includes('Ctrl-C'), npm.output)

    const issuer = `http://127.0.0.1:${port}`
    const reporter = `http://127.0.0.1:${port + 1}`
    for (const text of [issuer, reporter, `${issuer}/mcp`, 'alice', join(folder, 'demo.db')])
      expect(npm.output()).toContain(text)
    const metadata = await fetch(`${issuer}/.well-known/oauth-authorization-server`)
    expect(await metadata.json()).toMatchObject({ issuer, token_endpoint: `${issuer}/oauth/token` })
    expect(await answers(reporter)).toBe(true)

    const second = run(process.execPath, ['examples/demo/dist/main.js'], { DEMO_RESET: '1', DATABASE_URL: database })
    expect(await second.ended).toBe(1)
    expect(second.output()).toBe(`demo: cannot listen on 127.0.0.1:${port}: another program is using it\n`)

    npm.child.kill('SIGTERM')
    await npm.ended
    await until(async () => !(await answers(issuer)) && !(await answers(reporter)), npm.output)
    expect(npm.output()).not.toMatch(/error/i)
  })
})

describe('the demo', { timeout: 180_000 }, () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('ends well at %s', async (signal) => {
    const demo = run(process.execPath, ['examples/demo/dist/main.js'], { DATABASE_URL: `file:${folder}/signals.db` })
    await until(() => demo.output().includes('Ctrl-C'), demo.output)
    demo.child.kill(signal)
    expect(await demo.ended).toBe(0)
  })

  it.each([
    ['1', 'described by localhost'],
    ['0', 'client_document.unavailable'],
  ])(
    'CIM-13 with DEMO_ALLOW_LOOPBACK_METADATA=%s a client that describes itself here sees: %s',
    async (allowed, words) => {
      const web = await startDocumentServer()
      const authority = join(folder, `authority-${allowed}.pem`)
      await writeFile(authority, web.ca)
      const client_id = web.publish('/client.json', (url) => ({
        client_id: url,
        client_name: 'Local client',
        redirect_uris: ['http://127.0.0.1/callback'],
      }))
      const demo = run(process.execPath, ['examples/demo/dist/main.js'], {
        DATABASE_URL: `file:${folder}/documents-${allowed}.db`,
        NODE_EXTRA_CA_CERTS: authority,
        DEMO_ALLOW_LOOPBACK_METADATA: allowed,
      })
      await until(() => demo.output().includes('Ctrl-C'), demo.output)
      const browser = openBrowser(siteAt(`http://127.0.0.1:${port}`))
      await signIn(browser, 'alice')
      const redirect_uris = ['http://127.0.0.1:51004/callback']
      const { page } = await authorize(browser, { client_id, redirect_uris, token_endpoint_auth_method: 'none' })
      expect(page.html).toContain(words)
      expect(web.connections()).toBe(allowed === '1' ? 1 : 0)
      demo.child.kill('SIGTERM')
      await demo.ended
      await web.close()
    },
  )

  it.each([
    [{ PORT: 'x' }, 'demo: PORT must be a number\n'],
    [{ DEMO_LIFETIMES: '{"authorizationCode":601}' }, 'lifetimes.authorizationCode'],
    [{ DATABASE_URL: 'postgres://u:p@127.0.0.1:1/d' }, 'demo: cannot use the database postgres://127.0.0.1:1/d: '],
    [{ HOST: '0.0.0.0' }, 'issuer'],
  ])('does not start with %o, and says why in one line', async (env, words) => {
    const demo = run(process.execPath, ['examples/demo/dist/main.js'], {
      DATABASE_URL: `file:${folder}/unused.db`,
      ...env,
    })
    expect(await demo.ended).toBe(1)
    expect(demo.output()).toContain(words)
    expect(demo.output().trimEnd().split('\n')).toHaveLength(1)
  })
})
