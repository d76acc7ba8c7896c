import { describe, expect, it } from 'vitest'
import { call, connect, refresh, revoke, tokensOf } from './support/flow.js'
import { testProvider } from './support/provider.js'

describe('a provider', () => {
  it('takes a client from registration to data, and back out again', async () => {
    const box = testProvider()
    const { client, tokens } = await connect(box)
    expect((await call(box, tokens.access_token)).status).toBe(200)
    const next = tokensOf(await refresh(box, client, tokens.refresh_token))
    expect(next.refresh_token).not.toBe(tokens.refresh_token)
    await revoke(box, client, next.refresh_token)
    expect((await call(box, next.access_token)).status).toBe(401)
    expect((await call(box, tokens.access_token)).status).toBe(401)
  })
})
