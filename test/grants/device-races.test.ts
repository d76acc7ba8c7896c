import type { Subject } from 'grantor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Page } from '../support/browser.js'
import { databases, type TestDatabase } from '../support/databases.js'
import {
  approveDevice,
  atDevicePage,
  claimed,
  denyDevice,
  deviceClient,
  deviceCodes,
  enter,
  headingOf,
  poll,
  told,
} from '../support/device.js'
import { call, register, tokensOf } from '../support/flow.js'
import { type TestProvider, testProvider } from '../support/provider.js'

const times = <T>(count: number, make: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)))

function counted(outcomes: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const one of outcomes) counts[one] = (counts[one] ?? 0) + 1
  return counts
}

/** A pause of some turns of the event loop, drawn by a generator that is the same in every run. */
function pauses(seed: number) {
  let state = seed
  return async () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    for (let turns = (state >> 8) % 4; turns > 0; turns -= 1)
      await new Promise<void>((resolve) => setImmediate(resolve))
  }
}

async function shown(box: TestProvider) {
  const client = await register(box, deviceClient)
  const codes = await deviceCodes(box, client)
  return { client, codes, ...(await claimed(box, codes.user_code)) }
}

const liveGrants = async ({ provider }: TestProvider, clientId: string) =>
  (await provider.grants.list({ subject: 'alice' as Subject })).items.filter(({ grant }) => grant.clientId === clientId)

describe.each(Object.entries(databases))('on %s', (_name, open) => {
  let database: TestDatabase
  let nodes: readonly [TestProvider, TestProvider]
  beforeAll(async () => {
    database = await open()
    nodes = [testProvider({ storage: database.storage }), testProvider({ storage: database.peer })]
    // Redis forgets by its own clock.
    for (const { clock } of nodes) clock.set(Math.floor(Date.now() / 1000))
  })
  afterAll(() => database.close())
  const node = (index: number): TestProvider => nodes[index % 2]!

  it('DEV-08 S-213 of 50 polls at once after the approval one brings tokens', async () => {
    const { client, codes, browser, page } = await shown(node(0))
    await approveDevice(browser, page)
    const answers = await times(50, (index) => poll(node(index), client, codes.device_code))
    expect(counted(answers.map(told))).toEqual({ '200': 1, '400 invalid_grant': 49 })
    const [winner] = answers.filter(({ status }) => status === 200)
    expect((await call(node(1), winner && tokensOf(winner).access_token)).status).toBe(200)
    expect(await liveGrants(node(0), client.client_id)).toHaveLength(1)
  })

  it('DEV-17 S-213 polls while somebody approves take nothing back', async () => {
    const { client, codes, browser, page } = await shown(node(0))
    const polls = times(20, (index) => poll(node(index), client, codes.device_code))
    const end = await approveDevice(browser, page)
    expect(headingOf(end)).toBe('Your device is connected')
    const before = (await polls).map(told)
    const after = told(await poll(node(1), client, codes.device_code))
    expect([...before, after].filter((one) => one === '200')).toHaveLength(1)
    expect(before.filter((one) => !/200|authorization_pending|slow_down|invalid_grant/.test(one))).toEqual([])
  })

  it('DEV-15 S-213 approvals and refusals at once come to one end, and everybody is told the same', async () => {
    const { client, codes, browser, page } = await shown(node(0))
    const ends = await times(12, (index) =>
      index % 2 === 0 ? approveDevice(browser, page) : denyDevice(browser, page),
    )
    const answer = told(await poll(node(1), client, codes.device_code))
    const wasApproved = answer === '200'
    expect(['200', '400 access_denied']).toContain(answer)
    expect(ends.filter(({ status }) => status === 200).map(headingOf)).toEqual(
      Array(6).fill(wasApproved ? 'Your device is connected' : 'You denied the request'),
    )
    expect(await liveGrants(node(0), client.client_id)).toHaveLength(wasApproved ? 1 : 0)
    const decided = node(0).events.filter(
      ({ clientId, type }) => clientId === client.client_id && type.startsWith('device.'),
    )
    expect(decided).toHaveLength(1)
  })

  it('DEV-15 of two people who enter a code at once one has it', async () => {
    const box = node(0)
    const client = await register(box, deviceClient)
    const { user_code } = await deviceCodes(box, client)
    const people = [await atDevicePage(box, 'alice'), await atDevicePage(box, 'bob'), await atDevicePage(box, 'alice')]
    const pages = await Promise.all(people.map(({ browser, page }) => enter(browser, page, user_code)))
    expect(pages.map(({ status }) => status).sort()).toEqual([200, 400, 400])
  })

  it('a double click on the code is one', async () => {
    const box = node(0)
    const client = await register(box, deviceClient)
    const { user_code } = await deviceCodes(box, client)
    const { browser, page } = await atDevicePage(box)
    const pages = await times(6, () => enter(browser, page, user_code))
    expect(pages.map(({ status }) => status)).toEqual(Array(6).fill(200))
    expect(new Set(pages.map(headingOf)).size).toBe(1)
  })

  it('DEV-06 of polls at once at the most one is the first', async () => {
    const box = node(0)
    const client = await register(box, deviceClient)
    const { device_code } = await deviceCodes(box, client)
    await poll(box, client, device_code)
    const answers = await times(10, (index) => poll(node(index), client, device_code))
    expect(counted(answers.map(told))).toEqual({ '400 slow_down': 10 })
    for (const { clock } of nodes) clock.advance(60)
    expect(told(await poll(node(1), client, device_code))).toBe('400 authorization_pending')
  })
})

describe('in one process, step by step', () => {
  const decideAt = async (seed: number, late: (browser: Browser, page: Page) => Promise<Page>) => {
    const box = testProvider({ pause: pauses(seed) })
    const { client, codes, browser, page } = await shown(box)
    box.clock.advance(599)
    const polls = times(6, async () => {
      const answer = await poll(box, client, codes.device_code)
      return told(answer)
    })
    const end = late(browser, page)
    box.clock.advance(1)
    const answers = [
      ...(await polls),
      ...(await times(6, async () => told(await poll(box, client, codes.device_code)))),
    ]
    return { answers, end: headingOf(await end), last: told(await poll(box, client, codes.device_code)), box }
  }

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'DEV-16 an approval and the end of the time at once agree (seed %i)',
    async (seed) => {
      const { answers, end, last, box } = await decideAt(seed, (browser, page) => approveDevice(browser, page))
      const approved = end === 'Your device is connected'
      const tokens = [...answers, last].filter((one) => one === '200')
      expect(tokens).toHaveLength(approved ? 1 : 0)
      // Whoever was told that the time is over was told the truth for ever.
      expect(approved && [...answers, last].includes('400 expired_token')).toBe(false)
      expect(box.events.filter(({ type }) => type === 'device.approved')).toHaveLength(approved ? 1 : 0)
    },
  )

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('a double click on the code is one (seed %i)', async (seed) => {
    const box = testProvider({ pause: pauses(seed) })
    const client = await register(box, deviceClient)
    const { user_code } = await deviceCodes(box, client)
    const { browser, page } = await atDevicePage(box)
    const pages = await times(6, () => enter(browser, page, user_code))
    expect(pages.map(({ status }) => status)).toEqual(Array(6).fill(200))
  })

  it.each([1, 2, 3, 4, 5])('DEV-08 S-213 of 50 polls one brings tokens (seed %i)', async (seed) => {
    const box = testProvider({ pause: pauses(seed) })
    const { client, codes, browser, page } = await shown(box)
    await approveDevice(browser, page)
    const answers = await times(50, () => poll(box, client, codes.device_code))
    expect(counted(answers.map(told))).toEqual({ '200': 1, '400 invalid_grant': 49 })
  })
})
