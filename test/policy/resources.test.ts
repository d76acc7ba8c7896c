import type { ClientId } from 'grantor'
import { describe, expect, it } from 'vitest'
import { confidentialClient, connect, openAttempt, postAs, publicClient, refresh, responseOf } from '../support/flow.js'
import { registerManually, testProvider } from '../support/provider.js'

const origin = 'https://app.example'
const [api, mcp] = [`${origin}/api`, `${origin}/mcp`] as const
const onlyMcp = { policy: { resources: [mcp] } }

describe('a client that gets tokens for some resources alone', () => {
  it('RI-11 is refused the others, and given its own', async () => {
    const box = testProvider()
    const client = await registerManually(box, publicClient, onlyMcp)
    for (const resource of [api, [api, mcp]]) {
      const { page } = await openAttempt(box, client, { resource })
      expect(responseOf(page.url).get('error')).toBe('invalid_target')
    }
    const { tokens } = await connect(box, { client, params: { resource: mcp } })
    expect(tokens.access_token).toBeDefined()
  })

  it('RI-11 RI-08 asking for none it gets its part of what that means, or is told to name one', async () => {
    const both = testProvider({ defaultResource: [api, mcp] })
    const client = await registerManually(both, publicClient, onlyMcp)
    const connected = await connect(both, { client, params: { resource: undefined } })
    const [listed] = (await both.provider.grants.list({ clientId: client.client_id as ClientId })).items
    expect(listed?.grant.resource).toEqual([mcp])
    expect((await refresh(both, client, connected.tokens.refresh_token, { resource: api })).body.error).toBe(
      'invalid_target',
    )
    const other = testProvider({ defaultResource: [api] })
    const attempt = await openAttempt(other, await registerManually(other, publicClient, onlyMcp), {
      resource: undefined,
    })
    expect(responseOf(attempt.page.url).get('error')).toBe('invalid_target')
  })

  it('RI-11 that is decided later gets none for the others from then on', async () => {
    const box = testProvider()
    const client = await registerManually(box, publicClient)
    const { tokens } = await connect(box, { client, params: { resource: [api, mcp] } })
    await box.provider.clients.update(client.client_id as ClientId, onlyMcp)
    const answer = await refresh(box, client, tokens.refresh_token)
    expect(answer.status).toBe(200)
    const use = new Request(api, { headers: { authorization: `Bearer ${String(answer.body.access_token)}` } })
    expect((await box.provider.guard({ resource: api })(use, use)).ok).toBe(false)
    expect((await box.provider.guard({ resource: mcp })(use, use)).ok).toBe(true)
    await box.provider.clients.update(client.client_id as ClientId, { policy: { resources: [] } })
    const none = await refresh(box, client, String(answer.body.refresh_token))
    expect([none.status, none.body.error]).toEqual([400, 'invalid_grant'])
  })

  it('RI-11 CC-04 is refused the others also for itself', async () => {
    const box = testProvider()
    const metadata = { ...confidentialClient, redirect_uris: [], grant_types: ['client_credentials'] }
    const client = await registerManually(box, metadata, { policy: { ...onlyMcp.policy, scope: ['project:read'] } })
    const ask = (resource: string) =>
      postAs(box, '/oauth/token', client, { grant_type: 'client_credentials', resource })
    expect([(await ask(mcp)).status, (await ask(api)).body.error]).toEqual([200, 'invalid_target'])
  })

  it('names resources that there are', async () => {
    const made = registerManually(testProvider(), publicClient, { policy: { resources: [`${origin}/x`] } })
    await expect(made).rejects.toMatchObject({ reason: 'client.policy' })
  })
})
