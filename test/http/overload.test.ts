import type { Refusal, Storage } from 'grantor'
import { memoryStorage } from 'grantor/storage/memory'
import { describe, expect, it } from 'vitest'
import { openBrowser } from '../support/browser.js'
import { authorize, call, connect, refresh, register } from '../support/flow.js'
import { testProvider } from '../support/provider.js'

/** A door that everybody waits at while it is shut. */
function door() {
  let open = Promise.resolve()
  let unlock = () => {}
  let waiting = 0
  return {
    shut() {
      open = new Promise((resolve) => {
        unlock = resolve
      })
    },
    open: () => unlock(),
    waiting: () => waiting,
    async pass() {
      waiting += 1
      await open
      waiting -= 1
    },
  }
}

/** A provider with a database that can be made to wait, and how often it was asked for a token. */
async function crowded(most: number) {
  const database = door()
  const host = door()
  const memory = memoryStorage()
  let reads = 0
  const storage: Storage = {
    ...memory,
    async findToken(digest) {
      reads += 1
      await database.pass()
      return memory.findToken(digest)
    },
  }
  const refusals: Refusal[] = []
  const box = testProvider({
    storage,
    storageCallsAtOnce: most,
    active: async () => {
      await host.pass()
      return true
    },
    onRefusal: (refusal) => refusals.push(refusal),
  })
  const connected = await connect(box)
  return { box, database, host, refusals, reads: () => reads, ...connected }
}

const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

describe('more requests than the database can answer', () => {
  it('REV-09 are told to come again before anything is done for them, and use nothing up', async () => {
    const { box, database, refusals, reads, client, tokens } = await crowded(2)
    database.shut()
    const letIn = [call(box, tokens.access_token), call(box, tokens.access_token)]
    await until(() => database.waiting() === 2)
    const asked = reads()
    const answer = await refresh(box, client, tokens.refresh_token)
    expect([answer.status, answer.body.error]).toEqual([503, 'temporarily_unavailable'])
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(reads()).toBe(asked)
    database.open()
    expect((await Promise.all(letIn)).map(({ status }) => status)).toEqual([200, 200])
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
    // A refusal like others: a stack for each would be what the host's log has no time for now.
    expect([refusals.map(({ reason }) => reason), box.errors]).toEqual([['storage.busy'], []])
  })

  it('RS-11 have their tokens called good or nothing', async () => {
    const { box, database, tokens } = await crowded(1)
    database.shut()
    const letIn = call(box, tokens.access_token)
    await until(() => database.waiting() === 1)
    const answer = await call(box, tokens.access_token)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    expect(answer.headers.get('www-authenticate')).toBeNull()
    database.open()
    expect((await letIn).status).toBe(200)
  })

  it('do not keep those from being finished that were let in', async () => {
    const { box, database, host, client, tokens } = await crowded(1)
    host.shut()
    const refreshed = refresh(box, client, tokens.refresh_token)
    await until(() => host.waiting() === 1)
    database.shut()
    const behind = call(box, tokens.access_token)
    await until(() => database.waiting() === 1)
    host.open()
    expect((await refreshed).status).toBe(200)
    database.open()
    expect((await behind).status).toBe(200)
  })

  it('AZ-20 get a page at the authorization endpoint that says when to come again', async () => {
    const { box, database, tokens } = await crowded(1)
    const client = await register(box)
    const browser = openBrowser(box)
    database.shut()
    const letIn = call(box, tokens.access_token)
    await until(() => database.waiting() === 1)
    const { page } = await authorize(browser, client)
    expect(page.status).toBe(503)
    database.open()
    expect((await letIn).status).toBe(200)
  })

  it('are not what many calls one after the other are', async () => {
    const { box, tokens } = await crowded(1)
    for (let calls = 0; calls < 20; calls += 1) expect((await call(box, tokens.access_token)).status).toBe(200)
  })
})
