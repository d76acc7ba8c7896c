import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Change, type ClientId, eventTypes, isKnownEvent, type Subject } from 'grantor'
import ts from 'typescript'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  approve,
  authorize,
  confidentialClient,
  connect,
  decide,
  exchange,
  refresh,
  register,
  revoke,
  tokensOf,
} from '../support/flow.js'
import { registerManually, type TestProvider, testProvider } from '../support/provider.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (file: string) => readFileSync(`${root}${file}`, 'utf8')

/** What each type of event tells, as the compiler has it. */
function membersByType(): ReadonlyMap<string, readonly string[]> {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: ['src/audit.ts'] }, ts.sys, root)
  const program = ts.createProgram([`${root}src/audit.ts`], options)
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(`${root}src/audit.ts`)
  const found = source?.statements.filter(ts.isTypeAliasDeclaration).find(({ name }) => name.text === 'EventData')
  if (!found) throw new Error('src/audit.ts has no EventData')
  const members = checker.getTypeAtLocation(found).getProperties()
  return new Map(
    members.map((member) => {
      const data = checker.getTypeOfSymbolAtLocation(member, found)
      return [member.name, data.getProperties().map(({ name }) => name)] as const
    }),
  )
}

/** The table of docs/audit.md: type and members of `data`. */
function documented(): ReadonlyMap<string, readonly string[]> {
  const [, section = ''] = read('docs/audit.md').split('## Every type of event')
  const names = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
  const rows = section.split('\n##')[0]?.split('\n') ?? []
  return new Map(
    rows
      .filter((row) => row.startsWith('| `'))
      .map((row) => row.split('|'))
      .map(([, type, , data]) => [names(type)[0] ?? '', names(data)] as const),
  )
}

describe('docs/audit.md', () => {
  it('LOG-02 has every type of event with what it tells, and no other', () => {
    const sorted = (types: ReadonlyMap<string, readonly string[]>) =>
      Object.fromEntries([...types].map(([type, members]) => [type, [...members].sort()]))
    const members = membersByType()
    expect(sorted(documented())).toEqual(sorted(members))
    expect([...members.keys()].sort()).toEqual([...eventTypes].sort())
  })

  it('names the first words that a host may not use', () => {
    const [, words = ''] =
      /none of the provider's own \(([^)]*)\)/.exec(read('docs/audit.md').replaceAll('\n', ' ')) ?? []
    const told = [...words.matchAll(/`(\w+)`/g)].map(([, word]) => word).sort()
    expect(told).toEqual([...new Set(eventTypes.map((type) => type.split('.')[0]))].sort())
  })
})

/** Nothing has happened yet when these are written: a request waits, or was tried. */
const waiting = new Set(['interaction', 'client_assertion', 'request_uri', 'device_code', 'user_code', 'registration'])

/** Whether a change is one that people have to be able to find again. */
function matters({ redeem, extend, revoke, narrow, update, settings, clients, grants, tokens }: Change): boolean {
  const marks = tokens.every(({ kind, data }) => kind === 'authorization_code' && Object.keys(data).length === 0)
  if (redeem.length + extend.length + revoke.length + narrow.length === 0 && marks && tokens.length > 0) return false
  const records = [redeem, revoke, narrow, update, settings, clients, grants]
  return records.some((some) => some.length > 0) || tokens.some(({ kind }) => !waiting.has(kind))
}

async function everything(box: TestProvider): Promise<void> {
  const { provider } = box
  const subject = 'alice' as Subject
  const { client, tokens, callback, browser } = await connect(box, { metadata: confidentialClient })
  await decide(browser, await authorize(browser, client, { prompt: 'consent' }), 'deny')
  const next = tokensOf(await refresh(box, client, tokens.refresh_token))
  await refresh(box, client, tokens.refresh_token, { scope: 'project:read' })
  await revoke(box, client, tokens.access_token)
  // A consent that was given before answers, without a page.
  await authorize(browser, client)
  const [granted] = (await provider.grants.list({ subject })).items
  if (granted) await provider.grants.narrow(granted.grant.id, { scope: ['project:read'] }, { subject })
  box.clock.advance(31)
  await refresh(box, client, tokens.refresh_token)
  await refresh(box, client, next.refresh_token)
  await exchange(box, callback)
  const replayed = await connect(box, { client })
  await exchange(box, replayed.callback)
  const burnt = await approve(browser, await authorize(browser, client, { prompt: 'consent' }))
  for (let index = 0; index < 6; index += 1) await exchange(box, burnt, { code_verifier: 'w'.repeat(43) })
  await revoke(box, client, (await connect(box, { client })).tokens.refresh_token)

  const own = (await registerManually(box, confidentialClient)).client_id as ClientId
  await provider.clients.update(own, { metadata: { client_name: 'Renamed' } })
  await provider.clients.rotateSecret(own, { overlap: 60 })
  await provider.clients.disable(own)
  await provider.clients.enable(own)
  await provider.clients.delete(own)
  await provider.clients.issueInitialAccessToken()
  await provider.clients.setRegistrationOpen(false)
  await provider.clients.setRegistrationOpen(true)
  await register(box)
  await provider.close()
}

describe('every change of state', () => {
  let box: TestProvider

  beforeAll(async () => {
    box = testProvider()
    await everything(box)
  })

  it('LOG-02 is written with its event, in one commit', () => {
    const silent = box.storage.commits().filter((change) => matters(change) && change.events.length === 0)
    expect(silent).toEqual([])
    expect(box.storage.commits().filter(matters).length).toBeGreaterThan(25)
  })

  it('LOG-02 has an actor, and knows itself', () => {
    for (const event of box.events) {
      expect(isKnownEvent(event)).toBe(true)
      expect(['user', 'client', 'admin', 'system']).toContain(event.actor.type)
      expect(event.outcome === 'failure' && event.reason === null).toBe(false)
    }
  })

  it('LOG-02 was there to be seen: all but the flows that have tests of their own', () => {
    const seen = new Set(box.events.map(({ type }) => type))
    const elsewhere = new Set(['device.approved', 'device.denied', 'client.authentication_failed'])
    expect(eventTypes.filter((type) => !seen.has(type) && !elsewhere.has(type))).toEqual([])
  })
})
