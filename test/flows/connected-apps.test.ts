import type { ClientId } from 'grantor'
import { memoryStorage } from 'grantor/storage/memory'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { revoke } from '../support/flow.js'
import { type App, startApp } from './support/app.js'
import { alice } from './support/grants.js'

describe('connected apps, over HTTP', () => {
  let app: App

  beforeAll(async () => {
    app = await startApp({ storage: memoryStorage() })
  })

  afterAll(() => app?.close())

  it('shows what is connected to a person who has disconnected far more than a page holds', async () => {
    const person = await alice(app)
    const kept = await alice(app)
    for (let index = 0; index < 130; index += 1) {
      const { refresh } = await person.connect()
      expect((await revoke(app, person.client, refresh)).status).toBe(200)
    }
    await kept.connect()

    const { items, next } = await app.provider.grants.list({}, { limit: 50 })
    expect(items.map(({ grant }) => grant.clientId)).toEqual([kept.client.client_id])
    expect(next).toBeNull()
    const page = await person.browser.open('/settings/connected-apps')
    const grants = page.forms.flatMap(({ fields }) => fields.filter(({ name }) => name === 'grant'))
    expect(grants.map(({ value }) => value)).toEqual(items.map(({ grant }) => grant.id))
  })

  it('goes through every live grant page by page, each once, whatever has ended in between', async () => {
    const person = await alice(app)
    const clientId = person.client.client_id as ClientId
    for (let index = 0; index < 24; index += 1) {
      const { refresh } = await person.connect()
      if (index % 4 !== 0) await revoke(app, person.client, refresh)
    }
    const seen: string[] = []
    for (let after: string | null | undefined; after !== null; ) {
      const { items, next } = await app.provider.grants.list({ clientId }, { limit: 4, ...(after && { after }) })
      expect(items.length).toBeGreaterThanOrEqual(next === null ? 0 : 2)
      expect(items.length).toBeLessThanOrEqual(4)
      seen.push(...items.map(({ grant }) => grant.id))
      after = next
    }
    expect(new Set(seen).size).toBe(6)
    expect(seen).toHaveLength(6)
  })
})
