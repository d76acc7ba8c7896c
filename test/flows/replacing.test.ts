import type { ClientId } from 'grantor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases, type TestDatabase } from '../support/databases.js'
import { approve, authorize, confidentialClient, connect, exchange, tokensOf } from '../support/flow.js'
import { type App, startApp } from './support/app.js'
import { parallel, statusOf, tally } from './support/grants.js'

describe.each(Object.entries(databases))('a client that has one grant in place of another: %s', (_, open) => {
  let database: TestDatabase
  let app: App
  beforeAll(async () => {
    database = await open()
    app = await startApp({ storage: database.storage })
  })
  afterAll(async () => {
    await app?.close()
    await database?.close()
  })

  /** A confidential client that reads, and has been allowed to write, but has not come for it yet. */
  async function allowedMore() {
    const params = { scope: 'project:read' }
    const first = await connect(app, { metadata: confidentialClient, params, changes: { project: 'alpha' } })
    const attempt = await authorize(first.browser, first.client, { scope: 'project:write' })
    const callback = await approve(first.browser, attempt, { project: 'alpha' })
    const live = async () =>
      (await app.provider.grants.list({ clientId: first.client.client_id as ClientId })).items.map(
        ({ grant }) => grant.id,
      )
    return { ...first, callback, live }
  }

  it('ends the one in the commit that brings the other', async () => {
    const { tokens, callback, live } = await allowedMore()
    expect([await statusOf(app, tokens.access_token), (await live()).length]).toEqual([200, 2])
    const more = tokensOf(await exchange(app, callback))
    expect(await statusOf(app, tokens.access_token)).toBe(401)
    expect(await statusOf(app, more.access_token, { method: 'POST' })).toBe(200)
    expect((await live()).length).toBe(1)
  })

  it('comes out the same whatever happens at once', async () => {
    const { tokens, callback, live, client } = await allowedMore()
    const grants = await live()
    const [answers] = await Promise.all([
      parallel(5, () => exchange(app, callback)),
      ...grants.slice(0, 1).map((id) => app.provider.grants.revoke(id)),
    ])
    const { 200: taken = 0 } = tally(answers)
    expect(taken).toBeLessThanOrEqual(1)
    const before = await statusOf(app, tokens.access_token)
    expect([before, taken]).not.toEqual([200, 1])
    const ended = app.events.filter(
      ({ type, clientId }) => type === 'grant.revoked' && clientId === (client.client_id as ClientId),
    )
    expect(new Set(ended.map(({ grantId }) => grantId)).size).toBe(ended.length)
  })
})
