import { remoteGuard } from 'grantor/resource'
import { describe, expect, it } from 'vitest'
import { openEars } from '../support/ears.js'
import { basic, call, connect, refresh } from '../support/flow.js'
import { scopes } from '../support/host.js'
import { registerManually, testProvider } from '../support/provider.js'
import { newSigner } from '../support/signer.js'
import { fakeWeb } from '../support/web.js'

describe('21.7 where the token of a client goes', () => {
  it('S-173 MR-08 nothing that the provider fetches has a token, a code or a secret in it', async () => {
    const web = fakeWeb()
    const signer = await newSigner()
    const [id, keys] = ['https://app.example.com/oauth/client.json', 'https://app.example.com/keys'] as const
    web.publish(keys, signer.jwks)
    web.publish(id, {
      client_id: id,
      client_name: 'Reporter',
      redirect_uris: ['https://app.example.com/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: keys,
    })
    const ears = openEars()
    const box = ears.listen(testProvider({ registration: { metadataDocuments: { fetch: web.fetch } } }))
    const client = {
      client_id: id,
      redirect_uris: ['https://app.example.com/callback'],
      token_endpoint_auth_method: 'private_key_jwt',
      assert: () => signer.sign(id, box.issuer),
    }
    const { tokens } = await connect(box, { client })
    await refresh(box, client, tokens.refresh_token)
    expect((await call(box, tokens.access_token)).status).toBe(200)

    expect(web.requests.map(({ url }) => url)).toEqual(expect.arrayContaining([id, keys]))
    expect(ears.secrets.size).toBeGreaterThan(3)
    expect(ears.heardIn(JSON.stringify(web.requests))).toEqual([])
  })

  it('S-173 MR-08 a guard that is away from its provider shows the token to that one alone, under its own name', async () => {
    const box = testProvider()
    const { tokens } = await connect(box)
    const server = await registerManually(
      box,
      { client_name: 'API', grant_types: ['client_credentials'], token_endpoint_auth_method: 'client_secret_basic' },
      { policy: { introspect: [box.api] } },
    )
    const [id, secret] = [server.client_id, server.client_secret ?? ''] as const
    const sent: { readonly url: string; readonly authorization: string | null; readonly body: string }[] = []
    const guard = remoteGuard({
      issuer: box.issuer,
      client: { id, secret },
      resource: box.api,
      scopes,
      now: box.clock.now,
      fetch: async (input: string | URL | Request, init?: RequestInit) => {
        const request = new Request(input, init)
        const body = await request.clone().text()
        sent.push({ url: request.url, authorization: request.headers.get('authorization'), body })
        return box.fetch(request)
      },
    }).guard({ scope: 'project:read' })
    const request = new Request(`${box.api}/projects/alpha/items`, {
      headers: { authorization: `Bearer ${tokens.access_token}`, cookie: 'user=alice' },
    })
    expect((await guard(request, request)).ok).toBe(true)
    expect(sent.filter(({ url, body }) => `${url}${body}`.includes(tokens.access_token))).toEqual([
      {
        url: `${box.issuer}/oauth/introspect`,
        authorization: basic(id, secret),
        body: expect.stringContaining(`token=${tokens.access_token}`),
      },
    ])
  })
})
