import { type AuditEvent, type AuditFilter, change, type EventId, eventTypes, type Grant, isKnownEvent } from 'grantor'
import { sampleEvent } from 'grantor/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { firstIdAt } from '../../src/ids.js'
import { connect, refresh, revoke } from '../support/flow.js'
import { type TestProvider, testProvider } from '../support/provider.js'
import { readCsv } from './read-csv.js'

const typesOf = (events: readonly AuditEvent[]) => events.map(({ type }) => type)

async function read(pieces: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const piece of pieces) text += piece
  return text
}

async function lived() {
  const box = testProvider()
  const { client, tokens } = await connect(box)
  box.clock.advance(60)
  await refresh(box, client, tokens.refresh_token)
  box.clock.advance(60)
  await revoke(box, client, tokens.refresh_token)
  const other = await connect(box, { person: 'bob', changes: { project: 'gamma' } })
  return { box, client, other }
}

async function fill({ storage }: Pick<TestProvider, 'storage'>, count: number) {
  const idOf = (index: number) => String(index).padStart(28, '0') as EventId
  const all = Array.from({ length: count }, (_, index) => sampleEvent({ id: idOf(index), data: { index } }))
  for (let start = 0; start < count; start += 20) await storage.commit(change({ events: all.slice(start, start + 20) }))
}

describe('provider.audit.list', () => {
  it('LOG-02 goes through everything, oldest first or newest first', async () => {
    const { box } = await lived()
    const { items } = await box.provider.audit.list()
    expect(typesOf(items)).toEqual([
      'client.registered',
      'grant.created',
      'token.issued',
      'token.issued',
      'grant.revoked',
      'client.registered',
      'grant.created',
      'token.issued',
    ])
    expect((await box.provider.audit.list({ order: 'newest' })).items).toEqual(items.toReversed())
    expect(items).toEqual(box.events)
  })

  it('LOG-02 filters by client, grant, person, account and type', async () => {
    const { box, client, other } = await lived()
    const { list } = box.provider.audit
    const all = (await list()).items
    const created = all.filter(({ type }) => type === 'grant.created')
    const filters: readonly (readonly [AuditFilter, (event: AuditEvent) => boolean])[] = [
      [{ clientId: all[0]?.clientId as never }, ({ clientId }) => clientId === client.client_id],
      [{ grantId: created[1]?.grantId as never }, ({ grantId }) => grantId === created[1]?.grantId],
      [{ subject: 'bob' as never }, ({ subject }) => subject === 'bob'],
      [{ accountId: 'acme' as never }, ({ accountId }) => accountId === 'acme'],
      [{ type: 'token.issued' }, ({ type }) => type === 'token.issued'],
      [
        { type: 'token.issued', subject: 'bob' as never },
        (one) => one.type === 'token.issued' && one.subject === 'bob',
      ],
    ]
    for (const [filter, isWanted] of filters) expect((await list(filter)).items).toEqual(all.filter(isWanted))
    expect(all.some(({ clientId }) => clientId === other.client.client_id)).toBe(true)
  })

  it('LOG-02 filters by time: the first moment is in, the last is not', async () => {
    const { box } = await lived()
    const { list } = box.provider.audit
    const at = (seconds: number) => new Date((box.clock.now() + seconds) * 1000)
    const among = async (from?: Date, until?: Date) =>
      typesOf((await list({ ...(from && { from }), ...(until && { until }) })).items)
    expect(await among(at(-120), at(-60))).toEqual(['client.registered', 'grant.created', 'token.issued'])
    expect(await among(at(-60), at(0))).toEqual(['token.issued'])
    expect((await among(at(0)))[0]).toBe('grant.revoked')
    expect(await among(undefined, at(-120))).toEqual([])
    expect(await among(at(1))).toEqual([])
    expect((await among(new Date(-1), new Date(8.64e15))).length).toBe(8)
  })

  it('refuses a hole and a date that is none, rather than showing everything', async () => {
    const { list, export: all } = testProvider().provider.audit
    const wrong = [{ subject: undefined }, { accountId: null }, { from: undefined }, { from: new Date('x') }]
    for (const filter of wrong as unknown as AuditFilter[]) {
      await expect(list(filter)).rejects.toThrow(/is (?:undefined|null|none)$/)
      expect(() => all(filter, 'csv')).toThrow(/is (?:undefined|null|none)$/)
    }
  })

  it('types what an event tells by what was asked for', async () => {
    const { box } = await lived()
    const { items } = await box.provider.audit.list({ type: 'grant.created' })
    expectTypeOf(items[0]!.data.projects).toEqualTypeOf<Grant['projects']>()
    expectTypeOf(items[0]!.data.scope).toEqualTypeOf<readonly string[]>()
    expect(items[0]?.data.projects).toEqual(['alpha'])
    const loose = await box.provider.audit.list({ type: 'job.created' })
    expectTypeOf(loose.items).toEqualTypeOf<readonly AuditEvent[]>()
    const told = box.events.flatMap((event) => {
      if (!isKnownEvent(event)) return []
      return event.type === 'client.registered' ? [event.data.registration] : []
    })
    expect(told).toEqual(['dynamic', 'dynamic'])
    expect(isKnownEvent(sampleEvent({ type: 'job.created' }))).toBe(false)
    expect(eventTypes.length).toBeGreaterThan(20)
  })
})

describe('provider.audit.export', () => {
  it('gives every event as a line of JSON, exactly, however many pages there are', async () => {
    const box = testProvider()
    await fill(box, 1_201)
    box.storage.reset()
    const text = await read(box.provider.audit.export({}, 'jsonl'))
    const lines = text.split('\n')
    expect(lines.pop()).toBe('')
    const events = lines.map((line) => JSON.parse(line) as AuditEvent)
    expect(events.map(({ data }) => data.index)).toEqual(Array.from({ length: 1_201 }, (_, index) => index))
    expect(box.storage.trips()).toEqual(['listEvents', 'listEvents', 'listEvents'])
    const { items } = await box.provider.audit.list({}, { limit: 500 })
    expect(events.slice(0, 500)).toEqual(items)
    expect(lines[0]).toBe(JSON.stringify(items[0]))
  })

  it('gives what the filter wants, in its order', async () => {
    const { box } = await lived()
    const text = await read(box.provider.audit.export({ subject: 'bob' as never, order: 'newest' }, 'jsonl'))
    const types = text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as AuditEvent).type)
    expect(types).toEqual(['token.issued', 'grant.created'])
  })

  it('gives a table with a head as CSV, and runs no formula that somebody else wrote', async () => {
    const box = testProvider()
    const event = sampleEvent({ agent: '=HYPERLINK("https://evil.example")', reason: null, data: { note: 'a "b", c' } })
    await box.storage.commit(change({ events: [event] }))
    const [head = [], line = [], ...more] = readCsv(await read(box.provider.audit.export({}, 'csv')))
    expect(more).toEqual([])
    const cells = Object.fromEntries(head.map((name, at) => [name, line[at]]))
    expect(cells).toEqual({
      id: event.id,
      time: new Date(event.at * 1000).toISOString(),
      type: event.type,
      outcome: event.outcome,
      reason: '',
      actor_type: event.actor.type,
      actor_id: event.actor.id ?? '',
      client_id: event.clientId ?? '',
      grant_id: event.grantId ?? '',
      subject: event.subject ?? '',
      account_id: event.accountId ?? '',
      address: event.address ?? '',
      agent: '\'=HYPERLINK("https://evil.example")',
      request_id: event.requestId ?? '',
      data: '{"note":"a \\"b\\", c"}',
    })
  })

  it('of nothing is a head, or nothing', async () => {
    const { audit } = testProvider().provider
    expect(await read(audit.export({}, 'jsonl'))).toBe('')
    expect(readCsv(await read(audit.export({}, 'csv')))).toHaveLength(1)
  })

  it('reads nothing before it is asked for, and stops when nobody listens', async () => {
    const box = testProvider()
    await fill(box, 600)
    box.storage.reset()
    const pieces = box.provider.audit.export({}, 'jsonl')
    expect(box.storage.trips()).toEqual([])
    for await (const _ of pieces) break
    expect(box.storage.trips()).toEqual(['listEvents'])
  })

  it('says when it breaks off, so that half a log is not taken for all of it', async () => {
    const box = testProvider()
    await fill(box, 600)
    const pieces = box.provider.audit.export({}, 'jsonl')[Symbol.asyncIterator]()
    expect((await pieces.next()).done).toBe(false)
    box.storage.inject({ method: 'listEvents', how: 'throw' })
    await expect(pieces.next()).rejects.toThrow('storage did not answer')
  })
})

describe('the first id of a moment', () => {
  it('comes before every id of it, and after every id before it', () => {
    const at = new Date(1_795_132_800_123)
    const id = firstIdAt(at)
    expect([id.length, firstIdAt(new Date(at.getTime() - 1)) < id]).toEqual([12, true])
    expect(`${id}0000abc` >= id).toBe(true)
    expect(`${firstIdAt(new Date(at.getTime() - 1))}ffffzzz` < id).toBe(true)
    expect(firstIdAt(new Date(-5))).toBe('000000000000')
    expect(() => firstIdAt(new Date(Number.NaN))).toThrow(RangeError)
  })
})
