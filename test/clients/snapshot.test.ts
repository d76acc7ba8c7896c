import type { ClientId } from 'grantor'
import { beforeAll, describe, expect, it } from 'vitest'
import { openBrowser, signIn } from '../support/browser.js'
import { clientUrl, type DocumentBox, documentBox, documentRedirect } from '../support/documents.js'
import {
  approve,
  authorize,
  type Callback,
  confidentialClient,
  connect,
  exchange,
  openAttempt,
  post,
  type RegisteredClient,
  refresh,
  register,
  revoke,
  tokensOf,
} from '../support/flow.js'
import { registerManually, testProvider } from '../support/provider.js'
import { asserted, newSigner, type Signer } from '../support/signer.js'

const id = clientUrl as ClientId
const both = { token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'] }
const open = { client_id: clientUrl, redirect_uris: [documentRedirect], token_endpoint_auth_method: 'none' }
const invalidClient = [401, 'invalid_client']

let signer: Signer
beforeAll(async () => {
  signer = await newSigner()
})

const signing = (box: DocumentBox, by = signer): RegisteredClient => ({
  ...open,
  assert: () => by.sign(clientUrl, box.issuer, { claims: { iat: box.clock.now(), exp: box.clock.now() + 60 } }),
})
const outcome = ({ status, body }: { status: number; body: Readonly<Record<string, unknown>> }) => [status, body.error]

/** Somebody else comes, so that the document is looked at again; by then it is stale. */
async function lookAgain(box: DocumentBox): Promise<void> {
  box.clock.advance(300)
  const browser = openBrowser(box)
  await signIn(browser, 'bob')
  await authorize(browser, open)
}

describe('a document that names one way to prove who it is', () => {
  it('CIM-34 with a key: nobody gets tokens without it, nor refreshes, nor revokes', async () => {
    const box = documentBox()
    const client = box.describeSigning(signer)
    const attempt = await openAttempt(box, client)
    const callback = await approve(attempt.browser, attempt)
    expect(outcome(await exchange(box, { ...callback, client: open }))).toEqual(invalidClient)
    const tokens = tokensOf(await exchange(box, callback))
    expect(outcome(await refresh(box, open, tokens.refresh_token))).toEqual(invalidClient)
    expect(outcome(await revoke(box, open, tokens.access_token))).toEqual(invalidClient)
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
  })

  it('TRU-02 with a key: is remembered, as it can prove who it is', async () => {
    const box = documentBox()
    const { browser, client } = await connect(box, { client: box.describeSigning(signer) })
    expect((await authorize(browser, client)).page.status).toBeNull()
  })

  it('CIM-33 without a key: one that signs all the same is refused', async () => {
    const box = documentBox()
    const { tokens } = await connect(box, { client: box.describe() })
    expect(outcome(await refresh(box, signing(box), tokens.refresh_token))).toEqual(invalidClient)
  })

  it('CIM-35 where it is not on anybody’s list: a page', async () => {
    const box = documentBox()
    const { page } = await openAttempt(
      box,
      box.describe({ token_endpoint_auth_methods_supported: ['tls_client_auth'] }),
    )
    expect([page.status, page.html.includes('client_document.auth_method')]).toEqual([400, true])
  })
})

describe('a document that leaves a choice', () => {
  it('CIM-35 either way is good, at every exchange anew', async () => {
    const box = documentBox()
    box.describe({ ...both, jwks: signer.jwks })
    for (const client of [open, signing(box)]) {
      const { tokens } = await connect(box, { client })
      expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
    }
  })

  it('CIM-35 S-107 what began with a key goes on with it', async () => {
    const box = documentBox()
    box.describe({ ...both, jwks: signer.jwks })
    const client = signing(box)
    const { tokens } = await connect(box, { client })
    expect(outcome(await refresh(box, open, tokens.refresh_token))).toEqual(invalidClient)
    expect(outcome(await revoke(box, open, tokens.refresh_token))).toEqual(invalidClient)
    const next = tokensOf(await refresh(box, client, tokens.refresh_token))
    expect(outcome(await refresh(box, open, next.refresh_token))).toEqual(invalidClient)
    expect((await refresh(box, client, next.refresh_token)).status).toBe(200)
  })

  it('CIM-35 S-107 what turned to a key goes on with it, too', async () => {
    const box = documentBox()
    box.describe({ ...both, jwks: signer.jwks })
    const { tokens } = await connect(box, { client: open })
    const next = tokensOf(await refresh(box, signing(box), tokens.refresh_token))
    expect(outcome(await refresh(box, open, next.refresh_token))).toEqual(invalidClient)
  })

  it('TRU-01 is asked about each time: it need not prove anything', async () => {
    const box = documentBox()
    box.describe({ ...both, jwks: signer.jwks })
    const { browser } = await connect(box, { client: signing(box) })
    expect((await authorize(browser, open)).page.forms.length).toBeGreaterThan(0)
  })
})

describe('a document that changes on the way', () => {
  /** Up to the code: the person has approved. */
  async function approved(box: DocumentBox, client: RegisteredClient): Promise<Callback> {
    const attempt = await openAttempt(box, client)
    return approve(attempt.browser, attempt)
  }

  it.each([
    ['it asks for a key now', { token_endpoint_auth_method: 'private_key_jwt' }],
    ['its answers go elsewhere now', { redirect_uris: ['https://reporter.example/new'] }],
    ['it has another name', { client_name: 'Another' }],
  ])('CIM-42 S-149 %s: what was begun goes on as it began', async (_name, change) => {
    const box = documentBox({}, { lifetimes: { authorizationCode: 600 } })
    const callback = await approved(box, box.describe())
    box.describe({ ...change, jwks: signer.jwks })
    await lookAgain(box)
    const tokens = tokensOf(await exchange(box, callback))
    expect((await refresh(box, open, tokens.refresh_token)).status).toBe(200)
  })

  it('CIM-42 S-149 a code that asks for a key does so after the document has stopped to', async () => {
    const box = documentBox({}, { lifetimes: { authorizationCode: 600 } })
    const callback = await approved(box, box.describeSigning(signer))
    box.describe()
    await lookAgain(box)
    expect(outcome(await exchange(box, { ...callback, client: open }))).toEqual(invalidClient)
    const client = signing(box)
    const tokens = tokensOf(await exchange(box, { ...callback, client }))
    expect(outcome(await refresh(box, open, tokens.refresh_token))).toEqual(invalidClient)
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
  })

  it('CIM-42 keys that were in the document stay good for what was begun with them', async () => {
    const box = documentBox({}, { lifetimes: { authorizationCode: 600 } })
    const callback = await approved(box, box.describeSigning(signer))
    const next = await newSigner()
    box.describeSigning(next)
    await lookAgain(box)
    const old = signing(box)
    expect(outcome(await exchange(box, { ...callback, client: signing(box, next) }))).toEqual(invalidClient)
    expect((await exchange(box, { ...callback, client: old })).status).toBe(200)
    expect((await connect(box, { client: signing(box, next) })).tokens.token_type).toBe('Bearer')
    await expect(connect(box, { client: old })).rejects.toThrow(/invalid_client/)
  })

  it('CIM-42 S-149 between the page and the decision: the answer goes where the person was told', async () => {
    const box = documentBox()
    const attempt = await openAttempt(box, box.describe())
    box.describe({ redirect_uris: ['https://reporter.example/new'] })
    await lookAgain(box)
    const callback = await approve(attempt.browser, attempt)
    expect(callback.url.startsWith(`${documentRedirect}?code=`)).toBe(true)
    expect((await exchange(box, callback)).status).toBe(200)
    const later = await openAttempt(box, open)
    expect(later.page.status).toBe(400)
  })

  it('CIM-42 but not after the host has become stricter', async () => {
    const box = documentBox()
    const redirectUri = 'claude://claude.ai/mcp-auth-callback/sdk'
    const attempt = await openAttempt(box, box.describe({ redirect_uris: [redirectUri] }), {
      redirect_uri: redirectUri,
    })
    const registration = { privateUseSchemes: [], metadataDocuments: { fetch: box.web.fetch } }
    const stricter = documentBox({}, { storage: box.storage, now: box.clock.now, web: box.web, registration })
    const browser = { ...attempt.browser }
    const { pathname, search } = new URL(attempt.page.url)
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const page = await stricter.fetch(new Request(`${stricter.origin}${pathname}${search}`, { headers: { cookie } }))
    expect(page.status).toBe(400)
  })
})

describe('what a person has approved', () => {
  const comeAgain = async (browser: Awaited<ReturnType<typeof connect>>['browser'], client: RegisteredClient) =>
    (await authorize(browser, client)).page.status === null ? 'remembered' : 'asked'

  it.each([
    ['a redirect URI more', { redirect_uris: [documentRedirect, 'https://reporter.example/new'] }, 'asked'],
    ['another name', { client_name: 'Another' }, 'asked'],
    ['another logo', { logo_uri: 'https://reporter.example/new.png' }, 'asked'],
    ['its keys somewhere else', { jwks: undefined, jwks_uri: 'https://reporter.example/jwks' }, 'asked'],
    ['a choice', both, 'asked'],
    [
      'its redirect URIs in another order',
      { redirect_uris: ['https://reporter.example/b', documentRedirect] },
      'remembered',
    ],
    ['another website', { client_uri: 'https://reporter.example/' }, 'remembered'],
  ])('CIM-43 S-150 with %s', async (_name, change, expected) => {
    const box = documentBox()
    const before = _name.includes('order') ? { redirect_uris: [documentRedirect, 'https://reporter.example/b'] } : {}
    const client = box.describeSigning(signer, before)
    const { browser } = await connect(box, { client })
    expect(await comeAgain(browser, client)).toBe('remembered')
    box.describeSigning(signer, change)
    box.clock.advance(300)
    expect(await comeAgain(browser, client)).toBe(expected)
  })

  it('CIM-43 new keys in the same place are logged, and nobody is asked', async () => {
    const box = documentBox()
    const client = box.describeSigning(signer)
    const { browser } = await connect(box, { client })
    const next = await newSigner()
    box.describeSigning(next)
    box.clock.advance(300)
    expect(await comeAgain(browser, client)).toBe('remembered')
    expect(box.events.filter(({ type }) => type === 'client.updated')).toMatchObject([{ data: { changed: ['jwks'] } }])
  })

  it('CIM-43 that changed while they were looking is asked about again', async () => {
    const box = documentBox()
    const client = box.describeSigning(signer)
    const attempt = await openAttempt(box, client)
    box.describeSigning(signer, { client_name: 'Another' })
    await lookAgain(box)
    await approve(attempt.browser, attempt)
    expect(await comeAgain(attempt.browser, client)).toBe('asked')
  })

  it('DCM-06 CIM-43 holds for every client: one that was edited is asked about again, once', async () => {
    const box = testProvider()
    for (const changes of [
      { client_name: 'Another' },
      { redirect_uris: [...confidentialClient.redirect_uris, 'https://reporter.example/new'] },
    ]) {
      const client = await registerManually(box, { ...confidentialClient, client_name: `Reporter ${Math.random()}` })
      const { browser } = await connect(box, { client })
      expect((await authorize(browser, client)).page.status).toBeNull()
      await box.provider.clients.update(client.client_id as ClientId, { metadata: changes })
      const attempt = await authorize(browser, client)
      expect(attempt.page.forms.length).toBeGreaterThan(0)
    }
  })

  it('DCM-06 an edit that changes nothing of that is not asked about', async () => {
    const box = testProvider()
    const client = await register(box, confidentialClient)
    const { browser } = await connect(box, { client })
    await box.provider.clients.update(client.client_id as ClientId, {
      metadata: { client_uri: 'https://reporter.example/' },
    })
    expect((await authorize(browser, client)).page.status).toBeNull()
  })
})

describe('a document that is gone', () => {
  it('CIM-44 a public client goes on refreshing without it', async () => {
    const box = documentBox()
    const { tokens } = await connect(box, { client: box.describe() })
    box.web.put(clientUrl, null)
    box.clock.advance(5 * 86_400)
    const next = tokensOf(await refresh(box, open, tokens.refresh_token))
    await lookAgain(box)
    box.clock.advance(20 * 86_400)
    expect((await refresh(box, open, next.refresh_token)).status).toBe(200)
  })

  it.each([404, 410])('CIM-44 with %i for a week it ends its client, and comes back with it', async (status) => {
    const box = documentBox()
    const { tokens } = await connect(box, { client: box.describe() })
    box.web.put(clientUrl, { status })
    box.clock.advance(86_400)
    await lookAgain(box)
    box.clock.advance(7 * 86_400)
    const next = tokensOf(await refresh(box, open, tokens.refresh_token))
    box.clock.advance(1)
    expect(outcome(await refresh(box, open, next.refresh_token))).toEqual([400, 'invalid_grant'])
    box.describe()
    await lookAgain(box)
    expect((await refresh(box, open, next.refresh_token)).status).toBe(200)
  })

  it('CIM-44 is not held to be gone on the word of an anonymous visitor, nor of another error', async () => {
    const box = documentBox()
    const { tokens } = await connect(box, { client: box.describe() })
    box.web.put(clientUrl, { status: 404 })
    box.clock.advance(86_400)
    await authorize(openBrowser(box), open)
    box.web.put(clientUrl, { status: 500 })
    await lookAgain(box)
    box.clock.advance(8 * 86_400)
    expect((await refresh(box, open, tokens.refresh_token)).status).toBe(200)
    expect((await box.storage.findClient(id))?.metadata.document).not.toHaveProperty('gone_since')
  })
})

describe('a device', () => {
  it('CIM-20 of a client that is not known yet is looked up, and of one that cannot be is invalid_client', async () => {
    const device = 'urn:ietf:params:oauth:grant-type:device_code'
    const box = documentBox()
    const ask = (client_id: string) => post(box, '/oauth/device_authorization', { client_id, resource: box.api })
    box.describe({ grant_types: [device, 'refresh_token'] })
    expect((await ask(clientUrl)).body).toHaveProperty('user_code')
    expect(box.events.find(({ type }) => type === 'client.registered')).toMatchObject({ actor: { type: 'client' } })
    for (const url of ['https://other.example/c', 'https://127.0.0.1/c', 'https://reporter.example'])
      expect(outcome(await ask(url))).toEqual(invalidClient)
    const later = documentBox({ afterLogin: true })
    later.describe({ grant_types: [device] })
    expect(
      (await post(later, '/oauth/device_authorization', { client_id: clientUrl, resource: later.api })).status,
    ).toBe(401)
    expect(later.web.requests).toEqual([])
  })

  it('CIM-34 that signs goes on signing', async () => {
    const device = 'urn:ietf:params:oauth:grant-type:device_code'
    const box = documentBox()
    const client = box.describeSigning(signer, { grant_types: [device] })
    const unsigned = await post(box, '/oauth/device_authorization', { client_id: clientUrl, resource: box.api })
    expect(outcome(unsigned)).toEqual(invalidClient)
    const assertion = asserted((await client.assert?.()) ?? '')
    const { body } = await post(box, '/oauth/device_authorization', { resource: box.api, ...assertion })
    const poll = { grant_type: device, device_code: String(body.device_code) }
    expect(outcome(await post(box, '/oauth/token', { ...poll, client_id: clientUrl }))).toEqual(invalidClient)
    expect(outcome(await post(box, '/oauth/token', { ...poll, ...asserted((await client.assert?.()) ?? '') }))).toEqual(
      [400, 'authorization_pending'],
    )
  })
})
