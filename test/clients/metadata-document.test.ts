import { type ClientId, memoryThrottle, type Subject } from 'grantor'
import { describe, expect, it } from 'vitest'
import { type Browser, openBrowser, signIn } from '../support/browser.js'
import { clientUrl, documentBox, documentOf, documentRedirect } from '../support/documents.js'
import {
  approve,
  authorize,
  call,
  connect,
  exchange,
  openAttempt,
  post,
  refresh,
  register,
  send,
  tokensOf,
} from '../support/flow.js'
import { registerManually, secondNode, testProvider } from '../support/provider.js'

const id = clientUrl as ClientId
const client = { client_id: clientUrl, redirect_uris: [documentRedirect], token_endpoint_auth_method: 'none' }
type Box = ReturnType<typeof documentBox>

async function alice(box: Box): Promise<Browser> {
  const browser = openBrowser(box)
  await signIn(browser, 'alice')
  return browser
}

/** What somebody sees who cannot be sent anywhere. */
async function shown(box: Box, url: string, browser?: Browser) {
  const { page } = await authorize(browser ?? (await alice(box)), { ...client, client_id: url })
  return {
    status: page.status,
    reason: /<code>([a-z_.]+)<\/code>: ([^<]*)/.exec(page.html)?.[1] ?? null,
    html: page.html,
  }
}

describe('a client that describes itself', () => {
  it('MA-06 CIM-01 CIM-31 CIM-39 connects, calls and refreshes without having registered', async () => {
    const box = documentBox()
    const { tokens } = await connect(box, { client: box.describe() })
    expect((await call(box, tokens.access_token)).body).toMatchObject({ clientId: clientUrl })
    const next = tokensOf(await refresh(box, client, tokens.refresh_token))
    expect((await call(box, next.access_token)).status).toBe(200)
  })

  it('becomes a record that can be listed and found, and says so in the audit log, once', async () => {
    const box = documentBox()
    await connect(box, { client: box.describe() })
    await connect(box, { client })
    const { items } = await box.provider.clients.list({ registration: 'metadata_document', search: 'reporter' })
    expect(items.map((one) => [one.id, one.version])).toEqual([[clientUrl, 1]])
    const registered = box.events.filter(({ type }) => type === 'client.registered')
    expect(registered).toMatchObject([
      {
        actor: { type: 'user', id: 'alice' },
        clientId: clientUrl,
        data: { registration: 'metadata_document', client_name: 'Reporter' },
      },
    ])
  })

  it('CIM-10 is fetched with nothing that tells who asks', async () => {
    const box = documentBox()
    await connect(box, { client: box.describe() })
    expect(box.web.requests).toHaveLength(1)
    const [{ url, request } = box.web.requests[0]!] = box.web.requests
    expect(url).toBe(clientUrl)
    expect(request).toMatchObject({ accept: 'application/json', etag: null, maxBytes: 5_120, loopback: false })
    expect(Object.keys(request).sort()).toEqual(['accept', 'etag', 'loopback', 'maxBytes', 'signal'])
  })

  it('CIM-40 CON-01 TRU-05 is shown by the host of its document, beside the name it gives itself', async () => {
    const box = documentBox()
    const { page } = await openAttempt(
      box,
      box.describe({ client_name: 'Your bank', logo_uri: 'https://reporter.example/l.png' }),
    )
    expect(page.html).toContain('described by reporter.example')
    expect(page.html).toContain('Your bank')
    // CIM-41 S-156: a picture that nobody has looked at is not shown.
    expect(page.html).not.toContain('l.png')
  })

  it('CIM-40 warns that any program on the device may claim to be it', async () => {
    const box = documentBox()
    const local = box.describe({ redirect_uris: ['http://127.0.0.1/callback', 'http://localhost/callback'] })
    const { page } = await openAttempt(box, local, { redirect_uri: 'http://127.0.0.1:51004/callback' })
    expect(page.html).toContain('Any program on this device can pass itself off as this app: reporter.example')
    const remote = await openAttempt(box, box.describe({}, `${clientUrl}2`))
    expect(remote.page.html).not.toContain('Any program on this device')
  })

  it('CIM-38 RED-34 S-150 is answered at the redirect URIs of its document, on loopback at any port', async () => {
    const box = documentBox()
    const local = box.describe({ redirect_uris: ['http://localhost/callback', documentRedirect] })
    const elsewhere = await openAttempt(box, local, { redirect_uri: 'https://evil.example/callback' })
    expect([elsewhere.page.status, elsewhere.page.url]).toEqual([400, expect.stringContaining(box.origin)])
    const other = await openAttempt(box, local, { redirect_uri: 'http://127.0.0.1:3000/callback' })
    expect(other.page.status).toBe(400)
    const { tokens } = await connect(box, {
      client: local,
      params: { redirect_uri: 'http://localhost:61234/callback' },
    })
    expect(tokens.token_type).toBe('Bearer')
  })

  it('TRU-01 is asked about each time when it cannot prove who it is', async () => {
    const box = documentBox()
    const { browser } = await connect(box, { client: box.describe() })
    const again = await authorize(browser, client)
    expect(again.page.forms.length).toBeGreaterThan(0)
  })

  it('can be disabled, and enabled again, by the host', async () => {
    const box = documentBox()
    const { tokens, browser } = await connect(box, { client: box.describe() })
    await box.provider.clients.disable(id)
    expect((await call(box, tokens.access_token)).status).toBe(401)
    expect((await refresh(box, client, tokens.refresh_token)).body.error).toBe('invalid_grant')
    box.clock.advance(86_400)
    const requests = box.web.requests.length
    expect(await shown(box, clientUrl, browser)).toMatchObject({ status: 400, reason: 'client.disabled' })
    expect(box.web.requests).toHaveLength(requests)
    await box.provider.clients.enable(id)
    expect((await connect(box, { client })).tokens.token_type).toBe('Bearer')
  })

  it('that is deleted loses everything, and is unknown for as long as its record is kept', async () => {
    const box = documentBox()
    const { tokens, browser } = await connect(box, { client: box.describe() })
    await box.provider.clients.delete(id)
    expect((await call(box, tokens.access_token)).status).toBe(401)
    expect((await refresh(box, client, tokens.refresh_token)).body.error).toBe('invalid_client')
    expect(await shown(box, clientUrl, browser)).toMatchObject({ status: 400, reason: 'client.unknown' })
  })

  it('cannot be edited by hand where its document has the word', async () => {
    const box = documentBox()
    await connect(box, { client: box.describe() })
    await expect(box.provider.clients.update(id, { metadata: { client_name: 'x' } })).rejects.toMatchObject({
      reason: 'client.document',
    })
    const limited = await box.provider.clients.update(id, { policy: { scope: ['project:read'] } })
    expect(limited.client.version).toBe(2)
    expect((await connect(box, { client })).tokens.scope).toBe('project:read')
  })
})

describe('which URLs are looked up', () => {
  it.each([
    ['http', 'http://reporter.example/c'],
    ['no path', 'https://reporter.example'],
    ['only a slash', 'https://reporter.example/'],
    ['a query', 'https://reporter.example/c?x=1'],
    ['a fragment', 'https://reporter.example/c#x'],
    ['a user', 'https://a@reporter.example/c'],
    ['dots', 'https://reporter.example/a/%2e%2e/c'],
    ['upper case', 'https://REPORTER.example/c'],
    ['the default port', 'https://reporter.example:443/c'],
    ['an address', 'https://93.184.216.34/c'],
    ['a number', 'https://2130706433/c'],
    ['a hexadecimal number', 'https://0x7f.1/c'],
    ['localhost', 'https://localhost/c'],
    ['IPv6', 'https://[::1]/c'],
    ['an internal name', 'https://metadata.internal/c'],
  ])('CIM-02 … CIM-06 S-144 S-154 not one with %s: a page, and no request', async (_name, url) => {
    const box = documentBox()
    const { status, reason } = await shown(box, url)
    expect([status, reason]).toEqual([400, 'client_document.client_id_url'])
    expect(box.web.requests).toEqual([])
    expect(await box.storage.findClient(url as ClientId)).toBeNull()
  })

  it('CIM-03 CIM-04 one with a query or without a path where the host wants that', async () => {
    const box = documentBox({ query: true, root: true })
    for (const url of ['https://reporter.example/c?x=1', 'https://reporter.example/'])
      expect((await connect(box, { client: box.describe({}, url) })).tokens.token_type).toBe('Bearer')
  })

  it('CIM-07 MD-12 CIM-45 none where the feature is off', async () => {
    const box = testProvider()
    const { page } = await openAttempt(box, client)
    expect([page.status, page.html.includes('client.unknown')]).toEqual([400, true])
    const off = testProvider({ registration: { metadataDocuments: false } })
    const path = '/.well-known/oauth-authorization-server'
    for (const site of [box, off])
      expect((await send(site, path)).body).not.toHaveProperty('client_id_metadata_document_supported')
    const document = (await send(documentBox(), path)).body
    expect(document.client_id_metadata_document_supported).toBe(true)
    expect(document.token_endpoint_auth_methods_supported).toContain('none')
  })

  it('CIM-07 switched off again, nobody comes in any more, and who is in stays', async () => {
    const box = documentBox()
    const { tokens } = await connect(box, { client: box.describe() })
    const off = secondNode(box, { now: box.clock.now })
    expect((await openAttempt(off, client)).page.html).toContain('client.unknown')
    expect(tokensOf(await refresh(off, client, tokens.refresh_token)).token_type).toBe('Bearer')
  })

  it('CIM-07 STA-03 what the host has registered under a URL wins, and nothing is fetched', async () => {
    const box = documentBox({ allow: () => false })
    const own = {
      client_name: 'Known',
      redirect_uris: ['https://known.example/callback'],
      token_endpoint_auth_method: 'none',
    }
    const known = await registerManually(box, { ...own, grant_types: ['authorization_code'] }, { id })
    expect(known.client_id).toBe(clientUrl)
    box.describe()
    const { page } = await openAttempt(box, known)
    expect(page.html).toContain('Known')
    expect((await shown(box, 'https://reporter.example/other')).reason).toBe('client_document.not_admitted')
    expect(box.web.requests).toEqual([])
  })

  it.each([
    ['is no URL', 'client_own'],
    ['is on http', 'http://reporter.example/c'],
    ['is written in another way, too', 'https://Reporter.example/c'],
  ])('STA-01 GEN-22 the host registers none whose id %s', async (_name, other) => {
    const { provider } = documentBox()
    const metadata = { client_name: 'Known', redirect_uris: [documentRedirect] }
    await expect(provider.clients.register(metadata, { id: other })).rejects.toMatchObject({ reason: 'client.id' })
    const owner = { registration: 'user', ownerId: 'alice' as Subject, id } as const
    await expect(provider.clients.register(metadata, owner)).rejects.toMatchObject({ reason: 'client.id' })
  })

  it('STA-01 the host registers none under an id that somebody has', async () => {
    const box = documentBox()
    await connect(box, { client: box.describe() })
    const metadata = { client_name: 'Known', redirect_uris: [documentRedirect] }
    const second = box.provider.clients.register(metadata, { id })
    await expect(second).rejects.toMatchObject({ status: 409, reason: 'client.id_taken' })
    expect((await box.storage.findClient(id))?.registration).toBe('metadata_document')
  })

  it('CIM-37 only those that the host lets in, whenever it is asked', async () => {
    const blocked = new Set<string>()
    const box = documentBox({ allow: (url) => !blocked.has(url) })
    await connect(box, { client: box.describe() })
    blocked.add(clientUrl)
    expect((await shown(box, clientUrl)).reason).toBe('client_document.not_admitted')
    const throwing = documentBox({
      allow: () => {
        throw new Error('no answer')
      },
    })
    throwing.describe()
    expect((await shown(throwing, clientUrl)).status).toBe(500)
    expect(throwing.web.requests).toEqual([])
  })

  it('CIM-37 with answers that stay on the document’s own origin where the host wants that', async () => {
    const box = documentBox({ redirects: 'own' })
    const redirect_uris = ['https://elsewhere.example/callback', documentRedirect]
    const { page } = await openAttempt(box, box.describe({ redirect_uris }), { redirect_uri: redirect_uris[0] })
    expect(page.status).toBe(400)
    expect((await connect(box, { client })).tokens.token_type).toBe('Bearer')
  })

  it('MA-17 CA-05 CIM-20 none at the token endpoint: an unknown one is invalid_client', async () => {
    const box = documentBox()
    box.describe()
    const answer = await post(box, '/oauth/token', {
      grant_type: 'refresh_token',
      refresh_token: 'x',
      client_id: clientUrl,
    })
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client'])
    expect(box.web.requests).toEqual([])
  })

  it('GEN-22 S-155 never one that was made up here', async () => {
    const { client_id } = await register(documentBox())
    expect(client_id).toMatch(/^client_/)
  })
})

describe('a document that is not well', () => {
  const general = 'client_document.unavailable'
  it.each([
    ['nobody is there', null],
    ['an error', { status: 500 }],
    ['not found', { status: 404 }],
    ['a redirect', { status: 302, headers: { location: 'http://localhost/' } }],
    ['created', { status: 201 }],
    ['nothing', { status: 204 }],
    ['a part', { status: 206 }],
    ['not modified', { status: 304 }],
    ['HTML', { headers: { 'content-type': 'text/html' }, body: documentOf(clientUrl) }],
    ['no type', { headers: { 'content-type': '' }, body: documentOf(clientUrl) }],
    ['text', { headers: { 'content-type': 'application/jsonx' }, body: documentOf(clientUrl) }],
    ['a list', { body: [] }],
    ['no JSON', { body: '{' }],
    ['a name twice', { body: `{"client_id":"x",${JSON.stringify(documentOf(clientUrl)).slice(1)}` }],
    ['no UTF-8', { body: Uint8Array.of(0x7b, 0xff, 0x7d) }],
    ['too much', { body: { ...documentOf(clientUrl), more: 'x'.repeat(5_120) } }],
  ])(
    'CIM-10 CIM-16 CIM-20 S-145 S-153 %s: the same page, without a redirect, and nothing is kept',
    async (_name, published) => {
      const box = documentBox()
      box.web.put(clientUrl, published)
      const { status, reason, html } = await shown(box, clientUrl)
      expect([status, reason]).toEqual([400, general])
      expect(html).toContain('We could not check who this app is')
      expect(await box.storage.findClient(id)).toBeNull()
      const pages = new Set(
        [html, (await shown(documentBox(), clientUrl)).html].map((page) => page.replaceAll(/[\w-]{16,}/g, '')),
      )
      expect(pages.size).toBe(1)
    },
  )

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/client-metadata+json',
  ])('CIM-16 takes %s', async (type) => {
    const box = documentBox()
    box.web.publish(clientUrl, documentOf(clientUrl), { 'content-type': type })
    expect((await connect(box, { client })).tokens.token_type).toBe('Bearer')
  })

  it.each([
    ['of another URL', { client_id: 'https://other.example/c' }, 'client_document.client_id'],
    ['with a secret', { client_secret: 'x' }, 'client_document.client_secret'],
    [
      'with a shared secret for a method',
      { token_endpoint_auth_method: 'client_secret_basic' },
      'client_document.auth_method',
    ],
    ['without a name', { client_name: undefined }, 'client_document.client_name'],
    ['without redirect URIs', { redirect_uris: [] }, 'client_document.redirect_uris'],
    ['with a dangerous one', { redirect_uris: [documentRedirect, 'javascript:x'] }, 'client_document.redirect_uris'],
    [
      'with a private key',
      { jwks: { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'x', d: 'd' }] } },
      'client_metadata.jwks',
    ],
  ])('CIM-30 … CIM-36 S-133 S-147 S-148 %s is refused on a page', async (_name, members, why) => {
    const box = documentBox()
    box.describe(members)
    const { status, reason } = await shown(box, clientUrl)
    expect([status, reason]).toEqual([400, why])
    expect(await box.storage.findClient(id)).toBeNull()
  })

  it('CIM-20 tells the operator what the page does not tell', async () => {
    const causes: unknown[] = []
    const box = documentBox({}, { onRefusal: ({ cause }) => causes.push(cause) })
    await shown(box, clientUrl)
    expect(causes).toMatchObject([{ name: 'DocumentUnavailable', cause: { message: 'nobody is there' } }])
  })

  it('CIM-15 one that never comes is given up', async () => {
    const box = documentBox()
    box.web.put(clientUrl, { wait: () => new Promise(() => {}) })
    expect((await shown(box, clientUrl)).reason).toBe(general)
    expect(box.web.requests[0]?.request.signal.aborted).toBe(true)
  })
})

describe('what an anonymous visitor can bring about', () => {
  it('CIM-17 nothing is written; it is once somebody is signed in', async () => {
    const box = documentBox()
    box.describe()
    const browser = openBrowser(box)
    box.storage.reset()
    const { page } = await authorize(browser, client)
    expect(page.url).toContain('/login')
    expect(box.storage.commits()).toEqual([])
    const consent = await signIn(browser, 'alice', page)
    expect(consent.html).toContain('described by reporter.example')
    expect(box.storage.commits()[0]?.clients.map((one) => one.id)).toEqual([clientUrl])
    expect(box.web.requests).toHaveLength(1)
  })

  it('CIM-17 nothing is fetched, either, where the host wants that', async () => {
    const box = documentBox({ afterLogin: true })
    box.describe()
    const browser = openBrowser(box)
    const { page } = await authorize(browser, client)
    expect([page.url.includes('/login'), box.web.requests]).toEqual([true, []])
    const silent = await authorize(openBrowser(box), client, { prompt: 'none' })
    expect([silent.page.status, box.web.requests]).toEqual([400, []])
    await signIn(browser, 'alice', page)
    expect(box.web.requests).toHaveLength(1)
    expect((await authorize(openBrowser(box), client)).page.url).toContain('/login')
  })

  it('CIM-17 S-152 documents of strangers are fetched only so often for one address, and from one host', async () => {
    let address = '192.0.2.1'
    const box = documentBox({}, { address: () => address, throttle: memoryThrottle() })
    const visit = async (url: string) => (await authorize(openBrowser(box), { ...client, client_id: url })).page.status
    const statuses: unknown[] = []
    for (let at = 0; at < 25; at += 1) statuses.push(await visit(`https://host${at}.example/c`))
    expect([statuses.slice(0, 20), statuses.slice(20)]).toEqual([Array(20).fill(400), Array(5).fill(429)])
    expect(box.web.requests).toHaveLength(20)

    const victim: unknown[] = []
    for (let at = 0; at < 25; at += 1) {
      address = `198.51.100.${at}`
      victim.push(await visit(`https://victim.example/${at}`))
    }
    expect([victim.slice(0, 20), victim.slice(20)]).toEqual([Array(20).fill(400), Array(5).fill(429)])
    expect(box.web.requests.filter(({ url }) => url.includes('victim'))).toHaveLength(20)
  })

  it('CIM-17 S-152 whoever asks for many of them does not keep one that is known from being fetched again', async () => {
    const limits = { document_renewal: { most: 2, seconds: 60 }, document_fetch: { most: 5, seconds: 60 } }
    let address = '192.0.2.1'
    const box = documentBox({}, { address: () => address, throttle: memoryThrottle({ limits }) })
    box.describe()
    const browser = await alice(box)
    const visit = async (url = clientUrl) => (await authorize(browser, { ...client, client_id: url })).page.status
    expect(await visit()).toBe(200)
    for (let at = 0; at < 8; at += 1) {
      address = `198.51.100.${at}`
      await visit(new URL(`/stranger/${at}`, clientUrl).href)
    }
    const statuses: unknown[] = []
    for (let day = 0; day < 3; day += 1) {
      box.clock.advance(86_400)
      statuses.push(await visit())
    }
    expect(statuses).toEqual([200, 200, 429])
  })
})

describe('consent', () => {
  it('CIM-20 does not travel: an error before the document is known is shown, whatever the request says', async () => {
    const box = documentBox()
    const { page } = await authorize(await alice(box), client, { prompt: 'none', response_type: 'token' })
    expect([page.status, page.url.startsWith(box.origin)]).toEqual([400, true])
  })

  it('S-030 two people who come with it at the same moment make one client, and a grant each', async () => {
    const box = documentBox()
    box.describe()
    const browsers = await Promise.all([alice(box), alice(box)])
    const attempts = await Promise.all(browsers.map((browser) => authorize(browser, client)))
    const callbacks = await Promise.all(attempts.map((attempt, at) => approve(browsers[at]!, attempt)))
    const answers = await Promise.all(callbacks.map((one) => exchange(box, one)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(box.events.filter(({ type }) => type === 'client.registered')).toHaveLength(1)
    expect(box.web.requests).toHaveLength(1)
  })
})
