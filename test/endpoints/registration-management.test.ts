import type { ClientId } from 'grantor'
import { describe, expect, it } from 'vitest'
import {
  type Answer,
  call,
  confidentialClient,
  connect,
  openAttempt,
  publicClient,
  type RegisteredClient,
  refresh,
  registration,
  send,
} from '../support/flow.js'
import { type TestProvider, testProvider } from '../support/provider.js'

const box = testProvider()

interface Managed extends RegisteredClient {
  readonly registration_client_uri: string
  readonly registration_access_token: string
}

async function registered(metadata: object = publicClient, site: TestProvider = box): Promise<Managed> {
  const { body } = await registration(site, metadata)
  return body as unknown as Managed
}

const ask = (
  { registration_client_uri: uri }: Pick<Managed, 'registration_client_uri'>,
  token: string | undefined,
  init: RequestInit = {},
  site: TestProvider = box,
): Promise<Answer> =>
  send(site, new URL(uri).pathname, {
    ...init,
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
  })

const own = (client: Managed, token = client.registration_access_token) => ask(client, token)

const put = (client: Managed, body: unknown, token = client.registration_access_token, site: TestProvider = box) =>
  ask(client, token, { method: 'PUT', body: JSON.stringify(body) }, site)

const metadataOf = ({ client_id }: Managed, changes: object = {}) => ({ client_id, ...publicClient, ...changes })

const newTokenOf = ({ body }: Answer) => String(body.registration_access_token)

describe('a client at its own registration', () => {
  it('DCM-01 is told where it is, at a URL of its own that does not hold the token', async () => {
    const [one, two] = [await registered(), await registered()]
    expect(one.registration_client_uri).toBe(`https://app.example/oauth/register/${one.client_id}`)
    expect(two.registration_client_uri).not.toBe(one.registration_client_uri)
    expect(one.registration_client_uri).not.toContain(one.registration_access_token)
  })

  it('DCM-01 is told neither where the host has it off, and nothing answers there', async () => {
    const site = testProvider({ registration: { dynamic: { management: false } } })
    const client = await registered(publicClient, site)
    expect(client).not.toHaveProperty('registration_client_uri')
    expect(client).not.toHaveProperty('registration_access_token')
    expect((await send(site, `/oauth/register/${client.client_id}`)).status).toBe(404)
  })

  it('DCM-02 reads what is registered, and nobody may keep it', async () => {
    const client = await registered(confidentialClient)
    const answer = await own(client)
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    const { client_secret: _, client_secret_expires_at: __, ...rest } = client as Managed & Record<string, unknown>
    expect(answer.body).toEqual(rest)
  })

  it('DCM-03 replaces all of it: what is left out is no longer there', async () => {
    const client = await registered({ ...publicClient, client_uri: 'https://reporter.example/' })
    const answer = await put(client, metadataOf(client, { client_name: 'Reporter 2' }))
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ client_id: client.client_id, client_name: 'Reporter 2' })
    expect(answer.body).not.toHaveProperty('client_uri')
    expect((await own(client, newTokenOf(answer))).body).toEqual(answer.body)
  })

  it.each([
    ['another client_id', { client_id: 'client_other' }],
    ['no client_id', { client_id: undefined }],
    ['its own token', { registration_access_token: 'x' }],
    ['its own URL', { registration_client_uri: 'https://app.example/x' }],
    ['an end for its secret', { client_secret_expires_at: 0 }],
    ['the time it was registered', { client_id_issued_at: 1 }],
    ['a secret it never had', { client_secret: 'x' }],
    ['a secret that is none', { client_secret: 7 }],
  ])('DCM-03 S-137 may not send %s', async (_, members) => {
    const client = await registered()
    const answer = await put(client, metadataOf(client, members))
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_client_metadata'])
    expect((await own(client)).status).toBe(200)
  })

  it('DCM-03 may send its present secret, which stays', async () => {
    const client = await registered(confidentialClient)
    const body = { client_id: client.client_id, ...confidentialClient, client_secret: client.client_secret }
    expect((await put(client, body)).status).toBe(200)
    expect((await connect(box, { client })).tokens.access_token).toBeTruthy()
  })

  it('DCM-03 is held to the same rules as when it registered', async () => {
    const client = await registered()
    const bad = await put(client, metadataOf(client, { redirect_uris: ['javascript:alert(1)'] }))
    expect([bad.status, bad.body.error]).toEqual([400, 'invalid_redirect_uri'])
    expect((await put(client, [])).status).toBe(400)
    expect((await own(client)).body.redirect_uris).toEqual(publicClient.redirect_uris)
  })

  it('DCR-22 S-131 cannot make more of itself', async () => {
    const client = await registered()
    const answer = await put(
      client,
      metadataOf(client, { trusted: true, policy: { trusted: true }, registration: 'manual' }),
    )
    expect(answer.status).toBe(200)
    const stored = await box.provider.clients.find(client.client_id as ClientId)
    expect(stored).toMatchObject({ registration: 'dynamic', policy: {}, secrets: [] })
  })

  it('DCM-04 S-130 deletes itself, and everything it held is dead at once', async () => {
    const client = await registered()
    const { tokens } = await connect(box, { client })
    const answer = await ask(client, client.registration_access_token, { method: 'DELETE' })
    expect([answer.status, answer.text, answer.headers.get('cache-control')]).toEqual([204, '', 'no-store'])
    expect((await call(box, tokens.access_token)).status).toBe(401)
    expect((await refresh(box, client, tokens.refresh_token)).body.error).toBe('invalid_client')
    expect((await openAttempt(box, client)).page.status).toBe(400)
    expect((await own(client)).status).toBe(401)
    expect(box.events.at(-1)).toMatchObject({
      type: 'client.deleted',
      actor: { type: 'client', id: client.client_id },
      clientId: client.client_id,
    })
  })

  it.each([
    ['no token', undefined],
    ['an unknown token', `grantor_ra_${'A'.repeat(49)}`],
    ['a token of another kind', 'x'],
  ])('DCM-05 with %s is refused with a challenge', async (_, token) => {
    const answer = await ask(await registered(), token)
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_token'])
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
  })

  it('DCM-05 S-136 a token at the URL of another client is refused and revoked', async () => {
    const [one, two] = [await registered(), await registered()]
    expect((await ask(two, one.registration_access_token)).status).toBe(401)
    expect((await ask(one, one.registration_access_token)).status).toBe(401)
    expect((await own(two)).status).toBe(200)
    expect(
      (
        await ask(
          { registration_client_uri: 'https://app.example/oauth/register/nobody' },
          two.registration_access_token,
        )
      ).status,
    ).toBe(401)
  })

  it('DCM-05 a token runs out, but not under a client that uses it', async () => {
    const site = testProvider()
    const [idle, used] = [await registered(publicClient, site), await registered(publicClient, site)]
    site.clock.advance(200 * 86_400)
    const next = newTokenOf(await ask(used, used.registration_access_token, {}, site))
    expect(next).not.toBe(used.registration_access_token)
    site.clock.advance(200 * 86_400)
    expect((await ask(idle, idle.registration_access_token, {}, site)).status).toBe(401)
    expect((await ask(used, next, {}, site)).status).toBe(200)
  })

  it('DCM-06 S-150 whoever changes what people decide by is asked about again', async () => {
    const client = await registered(confidentialClient)
    await connect(box, { client })
    expect((await openAttempt(box, client)).page.url).toContain('code=')
    const redirect_uris = [...confidentialClient.redirect_uris, 'https://reporter.example/second']
    await put(client, { client_id: client.client_id, ...confidentialClient, redirect_uris })
    expect((await openAttempt(box, client, { redirect_uri: confidentialClient.redirect_uris[0] })).page.status).toBe(
      200,
    )
  })

  it('DCM-07 gets a new token with a change, the same one however often it asks', async () => {
    const client = await registered()
    const body = metadataOf(client, { client_name: 'Once' })
    const [first, again] = [await put(client, body), await put(client, body)]
    expect(newTokenOf(first)).not.toBe(client.registration_access_token)
    expect(newTokenOf(again)).toBe(newTokenOf(first))
    expect(newTokenOf(await own(client))).toBe(newTokenOf(first))
  })

  it('DCM-07 gets the secret again that it was given by a change whose answer was lost', async () => {
    const client = await registered()
    const confidential = metadataOf(client, confidentialClient)
    const lost = await put(client, confidential)
    const told = await put(client, confidential)
    expect(told.body).toMatchObject({
      client_secret: lost.body.client_secret,
      client_secret_expires_at: 0,
      registration_access_token: newTokenOf(lost),
    })
    const known = { ...client, ...told.body } as RegisteredClient
    expect((await connect(box, { client: known })).tokens.access_token).toMatch(/^grantor_at_/)
    expect((await own(client)).body).not.toHaveProperty('client_secret')
    const { secret } = await box.provider.clients.rotateSecret(client.client_id as ClientId)
    expect(secret).not.toBe(lost.body.client_secret)
    expect((await put(client, confidential)).body).not.toHaveProperty('client_secret')
    expect((await put(client, confidential, newTokenOf(lost))).body).not.toHaveProperty('client_secret')
  })

  it('DCM-07 the token before works until the new one is used', async () => {
    const client = await registered()
    const next = newTokenOf(await put(client, metadataOf(client)))
    expect((await own(client)).status).toBe(200)
    expect((await own(client, next)).status).toBe(200)
    expect((await own(client)).status).toBe(401)
    expect((await own(client, next)).status).toBe(200)
  })

  it('DCM-07 and no longer than ten minutes', async () => {
    const site = testProvider()
    const client = await registered(publicClient, site)
    const next = newTokenOf(await put(client, metadataOf(client), undefined, site))
    site.clock.advance(600)
    expect((await ask(client, client.registration_access_token, {}, site)).status).toBe(200)
    site.clock.advance(1)
    expect((await ask(client, client.registration_access_token, {}, site)).status).toBe(401)
    expect((await ask(client, next, {}, site)).status).toBe(200)
  })

  it('DCM-07 changes that are sent at once lead to one new token', async () => {
    const client = await registered()
    const answers = await Promise.all(
      [1, 2, 3].map((number) => put(client, metadataOf(client, { client_name: `At once ${number}` }))),
    )
    const done = answers.filter(({ status }) => status === 200)
    expect(done.length).toBeGreaterThan(0)
    expect(new Set(done.map(newTokenOf)).size).toBe(1)
    expect((await own(client, newTokenOf(done[0]!))).status).toBe(200)
  })

  it('a client that was disabled can be looked at by nobody but the host', async () => {
    const client = await registered()
    await box.provider.clients.disable(client.client_id as ClientId)
    const answer = await put(client, metadataOf(client))
    expect([answer.status, answer.body.error]).toEqual([403, 'access_denied'])
  })

  it('LOG-01 LOG-02 tells of changes by the client, without any secret', async () => {
    const client = await registered(confidentialClient)
    const next = newTokenOf(
      await put(client, { client_id: client.client_id, ...confidentialClient, client_name: 'New name' }),
    )
    const mine = box.events.filter(({ clientId }) => clientId === client.client_id)
    expect(mine.at(-1)).toMatchObject({
      type: 'client.updated',
      actor: { type: 'client', id: client.client_id },
      data: { changed: ['client_name'] },
    })
    const told = JSON.stringify(mine)
    for (const secret of [next, client.registration_access_token, client.client_secret ?? '-'])
      expect(told).not.toContain(secret)
  })

  it('CORS-01 other methods are 405, and scripts may ask first', async () => {
    const client = await registered()
    const post = await ask(client, client.registration_access_token, { method: 'POST', body: '{}' })
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, PUT, DELETE, HEAD, OPTIONS'])
    const preflight = await ask(client, undefined, { method: 'OPTIONS' })
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT')
  })

  it('DCM-03 a client that was off for a while can change what it says again', async () => {
    const client = await registered()
    await box.provider.clients.disable(client.client_id as ClientId)
    await box.provider.clients.enable(client.client_id as ClientId)
    expect((await put(client, metadataOf(client, { client_name: 'Back' }))).body).toMatchObject({ client_name: 'Back' })
  })

  it('a client that the host would put into an account now does not go on as everybody’s', async () => {
    let terms: { accountId?: string } = {}
    const site = testProvider({ registration: { dynamic: { policy: () => terms } } })
    const client = await registered(publicClient, site)
    terms = { accountId: 'acme' }
    const answer = await put(client, metadataOf(client, { client_name: 'New' }), undefined, site)
    expect([answer.status, answer.body.error]).toEqual([403, 'access_denied'])
    expect(await site.storage.findClient(client.client_id as ClientId)).toMatchObject({ version: 1 })
  })
})
