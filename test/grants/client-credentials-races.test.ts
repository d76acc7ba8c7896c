import type { ClientId, GrantId } from 'grantor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases, type TestDatabase } from '../support/databases.js'
import { call, postAs, tokensOf } from '../support/flow.js'
import { registerManually, secondNode, testProvider } from '../support/provider.js'

const metadata = {
  client_name: 'Import',
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'client_secret_basic',
}

describe.each(Object.entries(databases))('a client that acts for itself, on %s', (_name, open) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())

  it('GEN-25 comes first many times at once, on two nodes, and has one grant', async () => {
    const box = testProvider({ storage: database.storage })
    const peer = secondNode(box, { storage: database.peer })
    const client = await registerManually(
      box,
      { ...metadata, client_name: 'First' },
      { policy: { scope: ['project:read'], projects: ['alpha'] } },
    )
    const ask = (n: number) =>
      postAs(n % 2 === 0 ? box : peer, '/oauth/token', client, { grant_type: 'client_credentials', resource: box.api })
    const answers = await Promise.all(Array.from({ length: 6 }, (_, n) => ask(n)))
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200))
    const { items } = await box.provider.grants.list({ clientId: client.client_id as ClientId })
    expect(items).toHaveLength(1)
  })

  it('GEN-25 revoking it while it asks leaves no token that works', async () => {
    const box = testProvider({ storage: database.storage })
    const client = await registerManually(
      box,
      { ...metadata, client_name: 'Second' },
      { policy: { scope: ['project:read'], projects: ['alpha'] } },
    )
    const ask = () => postAs(box, '/oauth/token', client, { grant_type: 'client_credentials', resource: box.api })
    await ask()
    const [listed] = (await box.provider.grants.list({ clientId: client.client_id as ClientId })).items
    const [, ...answers] = await Promise.all([
      box.provider.grants.revoke(listed?.grant.id as GrantId),
      ...Array.from({ length: 5 }, ask),
    ])
    const issued = answers.filter(({ status }) => status === 200)
    const calls = await Promise.all(issued.map((answer) => call(box, tokensOf(answer).access_token)))
    expect(calls.map(({ status }) => status)).toEqual(issued.map(() => 401))
    expect((await ask()).body.error).toBe('unauthorized_client')
  })
})
