import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, watch, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ClientId, Subject } from 'grantor'
import { build, type Options } from 'tsup'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Surroundings, statePlace } from '../../examples/cli/place.js'
import { siteAt } from '../support/browser.js'
import { startTestDemo, type TestDemo } from '../support/demo.js'
import { approveDevice, claimed, denyDevice } from '../support/device.js'

let demo: TestDemo
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grantor-cli-'))
  const main = fileURLToPath(new URL('../../examples/cli/main.ts', import.meta.url))
  const options = { config: false, silent: true, format: 'esm', target: 'node20', noExternal: [/./] } satisfies Options
  const outExtension = () => ({ js: '.mjs' })
  const [started] = await Promise.all([
    startTestDemo(),
    build({ ...options, entry: [main], outDir: folder, outExtension }),
  ])
  demo = started
})
afterAll(async () => {
  demo?.stop()
  await rm(folder, { recursive: true, force: true })
})

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

type Session = Readonly<Record<string, unknown>> & { readonly tokens: { readonly access: string } | null }

/** Puts a real terminal around a command, on Linux. */
const terminal = '/usr/bin/script'
const hasTerminals = process.platform === 'linux' && existsSync(terminal)

/** One user with a home of their own. */
function newUser() {
  const home = join(folder, randomUUID())
  const state = join(home, 'quarry')
  const session = join(state, 'session.json')

  const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}, inTerminal = false) => {
    const own = { PATH: process.env.PATH, HOME: home, XDG_STATE_HOME: home, QUARRY_API: `${demo.issuer}/api` }
    const line = [process.execPath, join(folder, 'main.mjs'), ...args]
    const [command = '', ...rest] = inTerminal ? [terminal, '-qefc', line.join(' '), '/dev/null'] : line
    const child = spawn(command, rest, { env: { ...own, ...env } })
    const text = { out: '', err: '' }
    child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString()))
    const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, ...text }))
    /** The code that it shows, as soon as it does. A terminal has one stream for all. */
    const userCode = async (): Promise<string> => {
      for (;;) {
        const [, code] = /Your code is (\S+)/.exec(text.err + text.out) ?? []
        if (code !== undefined) return code
        const failed = ended.then(({ code, err }) => Promise.reject(new Error(`ended with ${code}: ${err}`)))
        await Promise.race([once(inTerminal ? child.stdout : child.stderr, 'data'), failed])
      }
    }
    const type = (keys: string) => child.stdin.write(keys)
    return { pid: child.pid, ended, userCode, type }
  }
  const read = async () => JSON.parse(await readFile(session, 'utf8')) as Session

  return {
    state,
    session,
    lock: join(state, 'session.lock'),
    start,
    read,
    run: (...args: string[]): Promise<Ended> => start(args).ended,
    edit: async (change: (session: Session) => object) => writeFile(session, JSON.stringify(change(await read()))),
    async login(person = 'alice', project = 'alpha'): Promise<Ended> {
      const { ended, userCode } = start(['login'])
      const { browser, page } = await claimed(siteAt(demo.issuer), await userCode(), person)
      await approveDevice(browser, page, { project })
      return ended
    },
  }
}

const expired = (session: Session) => ({ ...session, tokens: { ...session.tokens, expiresAt: 0 } })
const eventsOf = async (subject: string) => (await demo.provider.audit.list({ subject: subject as Subject })).items

describe('the command line of the demo', () => {
  let alice: ReturnType<typeof newUser>
  let greeting: Ended
  beforeAll(async () => {
    alice = newUser()
    greeting = await alice.login()
  })

  it('logs in by a code that somebody enters in a browser', () => {
    expect(greeting).toMatchObject({ code: 0, out: 'Logged in as alice, for alpha.\n' })
    expect(greeting.err).toContain(`Enter it at ${demo.issuer}/oauth/device\n`)
    expect(greeting.err).toContain(`or open ${demo.issuer}/oauth/device?user_code=`)
  })

  it.skipIf(process.platform === 'win32')('keeps the tokens where nobody else can read them', async () => {
    const modes = await Promise.all([alice.state, alice.session].map(async (path) => (await stat(path)).mode & 0o777))
    expect(modes).toEqual([0o700, 0o600])
    const open = newUser()
    await mkdir(open.state, { recursive: true })
    await chmod(open.state, 0o755)
    await writeFile(open.session, await readFile(alice.session), { mode: 0o644 })
    await open.edit(expired)
    expect((await open.run('whoami')).code).toBe(0)
    expect((await stat(open.state)).mode & 0o777).toBe(0o700)
    expect((await stat(open.session)).mode & 0o777).toBe(0o600)
    await writeFile(alice.session, await readFile(open.session))
  })

  it('says who is logged in, and lists items of the only project', async () => {
    expect((await alice.run('whoami')).out).toBe('alice\nprojects: alpha\nmay: project:read project:write\n')
    const { out, err } = await alice.run('items')
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => line.split('\t')[1]),
    ).toEqual(['Orders 2024', 'Orders 2025'])
    expect(err).toBe('')
    expect(await alice.run('items', 'alpha')).toMatchObject({ code: 0, out })
  })

  it('is told what it was not allowed', async () => {
    const { code, out, err } = await alice.run('items', 'beta')
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain('You did not allow this program to do that')
  })

  it('renews a token that has expired, once, however many runs want it at the same moment', async () => {
    await alice.edit(expired)
    const before = (await eventsOf('alice')).length
    const runs = await Promise.all(Array.from({ length: 6 }, () => alice.run('items')))
    expect(runs.map(({ code, err }) => [code, err])).toEqual(Array.from({ length: 6 }, () => [0, '']))
    const issued = (await eventsOf('alice')).slice(before).filter(({ type }) => type === 'token.issued')
    expect(issued).toHaveLength(1)
    // Nothing lies about: neither locks nor files that were half written.
    expect(await readdir(alice.state)).toEqual(['session.json'])
  })

  it('renews a token that the API does not take, however fresh it looks', async () => {
    await alice.edit((session) => ({ ...session, tokens: { ...session.tokens, access: 'grantor_at_stale' } }))
    expect((await alice.run('whoami')).code).toBe(0)
  })

  it('removes the lock of a run that was killed', async () => {
    await alice.edit(expired)
    const { pid, ended } = alice.start(['help'])
    await ended
    await writeFile(alice.lock, `${pid} gone`)
    expect((await alice.run('whoami')).code).toBe(0)
    expect(await readdir(alice.state)).toEqual(['session.json'])
  })

  it('waits for a run that goes on, and takes what that one has renewed', async () => {
    const renewed = await readFile(alice.session, 'utf8')
    await alice.edit(expired)
    await writeFile(alice.lock, `${process.pid} here`)
    const before = (await eventsOf('alice')).length
    const waiting = alice.run('whoami')
    // It tries again and again to have the lock.
    for await (const { filename } of watch(alice.state)) if (filename?.startsWith('session.lock.')) break
    await writeFile(alice.session, renewed)
    await rm(alice.lock)
    expect((await waiting).code).toBe(0)
    expect(await eventsOf('alice')).toHaveLength(before)
  })

  it('keeps what it has when the platform does not answer', async () => {
    const before = await readFile(alice.session, 'utf8')
    const api = 'http://127.0.0.1:9/api'
    await alice.edit((session) => ({ ...expired(session), api }))
    const edited = await readFile(alice.session, 'utf8')
    const { code, err } = await alice.start(['items'], { QUARRY_API: api }).ended
    expect([code, err]).toEqual([1, 'The platform does not answer.\n'])
    expect(await readFile(alice.session, 'utf8')).toBe(edited)
    await writeFile(alice.session, before)
  })

  it('is steered by nothing that it is told', async () => {
    const access = (await alice.read()).tokens?.access
    const body = JSON.stringify({ name: 'evil \u001b[2J\u0007 item' })
    const headers = { authorization: `Bearer ${access}`, 'content-type': 'application/json' }
    const added = await fetch(`${demo.issuer}/api/projects/alpha/items`, { method: 'POST', body, headers })
    expect(added.status).toBe(201)
    const { out } = await alice.run('items')
    expect(out).toContain('evil \ufffd[2J\ufffd item')
  })

  it('logs out here and at the platform', async () => {
    const before = await alice.read()
    expect(await alice.run('logout')).toMatchObject({ code: 0, out: 'Logged out.\n' })
    const after = await alice.read()
    expect(after).toEqual({ ...before, tokens: null })
    const headers = { authorization: `Bearer ${before.tokens?.access}` }
    expect((await fetch(`${demo.issuer}/api/me`, { headers })).status).toBe(401)
    expect((await eventsOf('alice')).at(-1)).toMatchObject({ type: 'grant.revoked', reason: 'client.revoked' })
    expect((await alice.run('logout')).out).toBe('You were not logged in.\n')
    expect(await alice.run('items')).toMatchObject({
      code: 1,
      out: '',
      err: 'You are not logged in. Run: quarry login\n',
    })
  })

  it('logs in again under the same id, and is told when it was denied', async () => {
    const { clientId } = await alice.read()
    const { ended, userCode } = alice.start(['login'])
    const { browser, page } = await claimed(siteAt(demo.issuer), await userCode())
    await denyDevice(browser, page)
    expect(await ended).toMatchObject({ code: 1, out: '' })
    expect((await ended).err).toMatch(/The request was denied\.\n$/)
    expect(await alice.read()).toEqual({ api: `${demo.issuer}/api`, clientId, tokens: null })
  })

  it('introduces itself anew to a platform that has forgotten it, and says when a session has ended', async () => {
    const bob = newUser()
    await mkdir(bob.state, { recursive: true })
    await writeFile(bob.session, JSON.stringify({ api: `${demo.issuer}/api`, clientId: 'client_nobody', tokens: null }))
    expect(await bob.login('bob', 'gamma')).toMatchObject({ code: 0, out: 'Logged in as bob, for gamma.\n' })
    const { clientId } = await bob.read()
    expect(clientId).not.toBe('client_nobody')
    await demo.provider.grants.revokeAll({ clientId: clientId as ClientId })
    expect(await bob.run('items')).toMatchObject({ code: 1, err: 'Your session has ended. Run: quarry login\n' })
    expect((await bob.read()).tokens).toBeNull()
  })

  it.each([[], ['dance'], ['login', 'now'], ['items', 'alpha', 'beta'], ['toString']])(
    '%j is no command',
    async (...args) => {
      expect(await newUser().run(...args)).toMatchObject({ code: 2, out: '' })
    },
  )

  it('helps', async () => {
    const { code, out } = await newUser().run('--help')
    expect([code, out.split('\n')[0]]).toEqual([0, 'Usage: quarry <command>'])
  })
})

describe.runIf(hasTerminals)('in a terminal', () => {
  it('shows the code, waits, and says who is logged in', async () => {
    const carol = newUser()
    const { ended, userCode } = carol.start(['login'], {}, true)
    const { browser, page } = await claimed(siteAt(demo.issuer), await userCode(), 'carol')
    await approveDevice(browser, page, { project: 'alpha', scope: 'project:read' })
    const { code, out } = await ended
    expect(code).toBe(0)
    expect(out).toMatch(/Logged in as carol, for alpha\.\r\n$/)
    expect((await carol.run('items')).code).toBe(0)
  })

  it('ends with Ctrl-C while it waits, and leaves nothing in the way of the next login', async () => {
    const bob = newUser()
    const { ended, userCode, type } = bob.start(['login'], {}, true)
    await userCode()
    type('\u0003')
    expect((await ended).code).toBe(130)
    expect((await bob.run('whoami')).err).toBe('You are not logged in. Run: quarry login\n')
    expect(await bob.login('bob', 'gamma')).toMatchObject({ code: 0, out: 'Logged in as bob, for gamma.\n' })
  })
})

describe('where the session is kept', () => {
  const on = (platform: NodeJS.Platform, env: Surroundings['env'] = {}) =>
    statePlace({ platform, env, home: '/home/ada' })

  it('is the usual place of each system', () => {
    expect(on('linux')).toBe('/home/ada/.local/state/quarry')
    expect(on('linux', { XDG_STATE_HOME: '/var/ada' })).toBe('/var/ada/quarry')
    expect(on('darwin', { XDG_STATE_HOME: '/var/ada' })).toBe('/home/ada/Library/Application Support/quarry')
    expect(on('win32')).toBe('/home/ada/AppData/Local/quarry')
    expect(on('win32', { LOCALAPPDATA: '/local' })).toBe('/local/quarry')
  })

  it('is no relative one, which would be another in each folder', () => {
    expect(on('linux', { XDG_STATE_HOME: 'state' })).toBe('/home/ada/.local/state/quarry')
    expect(on('linux', { XDG_STATE_HOME: '' })).toBe('/home/ada/.local/state/quarry')
  })
})
