import { memoryStorage } from 'grantor/storage/memory'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, openBrowser, signIn } from '../support/browser.js'
import { responseOf, send } from '../support/flow.js'
import type { Signer } from '../support/signer.js'
import { type App, startApp } from './support/app.js'
import { live } from './support/connection.js'
import { distinct, parallel } from './support/grants.js'
import { browser as inBrowser, type RecordedClient } from './support/recorded-client.js'
import { codexWithoutResource, recordedClients } from './support/recorded-clients.js'
import { recordedDocuments, recordedWeb } from './support/recorded-documents.js'
import { replay } from './support/replay.js'

describe('requests of well-known clients, over HTTP', () => {
  let app: App
  let alice: Browser
  let signer: Signer

  beforeAll(async () => {
    const recordings = await recordedWeb()
    signer = recordings.signer
    app = await startApp({
      storage: memoryStorage(),
      registration: { metadataDocuments: { fetch: recordings.web.fetch } },
    })
    alice = openBrowser(app)
    await signIn(alice, 'alice')
  })

  afterAll(() => app?.close())

  const everybody = [...recordedClients, ...recordedDocuments]

  it.each(everybody.map((recorded) => [recorded.client, recorded] as const))(
    '19.12 %s gets in, connects and calls',
    async (_, recorded) => {
      const { first } = await live(app, alice, recorded, replay(app, recorded, { signer }))
      expect(first.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600 })
    },
  )

  it.each(everybody.filter(({ refresh }) => refresh !== null).map((recorded) => [recorded.client, recorded] as const))(
    '19.12 %s refreshes, and goes on',
    async (_, recorded) => {
      const { as, client, first } = await live(app, alice, recorded, replay(app, recorded, { signer }))
      const answers = await parallel(recorded.refreshes ?? 1, () => as.refresh(client, first.body.refresh_token))
      expect(answers.map(({ status, body }) => [status, body.scope])).toEqual(answers.map(() => [200, recorded.scope]))
      expect(distinct(answers, 'refresh_token')).toHaveLength(1)
      expect((await as.call(answers[0]?.body.access_token)).status).toBe(200)
      const next = await as.refresh(client, answers[0]?.body.refresh_token)
      expect(next.status).toBe(200)
      expect((await as.call(next.body.access_token)).status).toBe(200)
    },
  )

  it('19.12 RI-08 Codex names no resource, and gets the default', async () => {
    const defaulting = await startApp((origin) => ({ storage: memoryStorage(), defaultResource: [`${origin}/mcp`] }))
    const browser = openBrowser(defaulting)
    await signIn(browser, 'alice')
    const { as, client, first } = await live(
      defaulting,
      browser,
      codexWithoutResource,
      replay(defaulting, codexWithoutResource),
    )
    expect((await as.refresh(client, first.body.refresh_token)).status).toBe(200)
    await defaulting.close()
  })

  it('19.12 RI-08 Codex names no resource where there are two and no default, and is told so', async () => {
    const as = replay(app, codexWithoutResource)
    const { page } = await as.authorize(await as.register(), alice)
    expect(page.status).toBeNull()
    expect(responseOf(page.url).get('error')).toBe('invalid_target')
  })

  it('19.12 CA-05 a client of the TypeScript SDK that was deleted hears invalid_client, and can register again', async () => {
    const recorded = recordedClients.find(({ authentication }) => authentication === 'basic')!
    const as = replay(app, recorded)
    const client = await as.register()
    const gone = await as.refresh({ ...client, id: 'client_that_was_deleted' }, 'anything')
    expect([gone.status, gone.body.error]).toEqual([401, 'invalid_client'])
    expect(gone.headers.get('www-authenticate')).toMatch(/^Basic /)
    expect((await as.register()).id).not.toBe(client.id)
  })

  it('20 a person who comes with a client that was deleted is told to connect it again', async () => {
    const as = replay(app, recordedClients[0]!)
    const { page } = await as.authorize({ id: 'client_that_was_deleted', secret: undefined, answer: {} }, alice)
    expect([page.status, page.url.startsWith(app.origin)]).toEqual([400, true])
    expect(page.html).toContain('Remove the connection in the app and connect it again.')
  })

  it('19.12 CIM-35 S-107 ChatGPT, once it has signed, is not heard without', async () => {
    const chatGpt = recordedDocuments.find(({ authentication }) => authentication === 'private_key_jwt')!
    const { client, first } = await live(app, alice, chatGpt, replay(app, chatGpt, { signer }))
    const unsigned = replay(app, { ...chatGpt, authentication: 'none' })
    const refused = await unsigned.refresh(client, first.body.refresh_token)
    expect([refused.status, refused.body.error]).toEqual([401, 'invalid_client'])
  })

  it('19.12 MD-08 MD-12 Claude and Codex are told that documents are read, and that no key is needed', async () => {
    const { body } = await send(app, '/.well-known/oauth-authorization-server')
    expect(body.client_id_metadata_document_supported).toBe(true)
    expect(body.token_endpoint_auth_methods_supported).toContain('none')
  })

  it('19.3 a page that is asked for twice at once still takes the answer of the first', async () => {
    const as = replay(app, recordedClients[0]!)
    const { page } = await as.authorize(await as.register(), alice)
    await Promise.all([alice.open(page.url), alice.open(page.url)])
    const left = await alice.submit(page, { decision: 'approve', project: 'alpha' }, ['decision', 'approve'])
    expect(responseOf(left.url).has('code')).toBe(true)
  })

  const grok = recordedClients.find(({ client }) => client.startsWith('Grok'))!

  it('19.12 RS-01 PRM-02 Grok gets a challenge without error, and a document that names exactly what was typed', async () => {
    const as = replay(app, grok)
    const { status, headers } = await as.call()
    expect(status).toBe(401)
    const document = `${app.provider.issuer}/.well-known/oauth-protected-resource/mcp`
    expect(headers.get('www-authenticate')).toBe(`Bearer resource_metadata="${document}", scope="project:read"`)
    expect((await as.document(document)).body.resource).toBe(as.mcp)
  })

  it('19.12 RED-21 Grok is not sent to its redirect URI without the slash', async () => {
    const as = replay(app, grok)
    const { page } = await as.authorize(await as.register(), alice, grok.redirectUri.slice(0, -1))
    expect([page.status, page.url.startsWith(app.origin)]).toEqual([400, true])
  })

  const vsCode = recordedClients.find(({ client }) => client.startsWith('VS Code'))!

  it('19.12 MD-14 PRM-06 VS Code can ask for every scope that the documents list', async () => {
    const as = replay(app, vsCode)
    const server = (await as.document('/.well-known/oauth-authorization-server')).body.scopes_supported
    const resource = (await as.document('/.well-known/oauth-protected-resource/mcp')).body.scopes_supported
    const listed = [...new Set([server, resource].flat())].join(' ')
    const everything: RecordedClient = {
      ...vsCode,
      authorization: (mcp) => [
        ['scope', listed],
        ['resource', mcp],
      ],
    }
    const { first } = await live(app, alice, everything, replay(app, everything))
    expect(first.body.scope).toBe('project:read project:write')
  })

  const inspector = recordedClients.find(({ headers }) => headers === inBrowser)!
  const exposed = 'access-control-expose-headers'

  it.each([
    ['GET', '/.well-known/oauth-protected-resource/mcp', 'mcp-protocol-version'],
    ['GET', '/.well-known/oauth-protected-resource', 'mcp-protocol-version'],
    ['GET', '/.well-known/oauth-authorization-server', 'mcp-protocol-version'],
    ['GET', '/.well-known/oauth-authorization-server/nobody-is-here', 'mcp-protocol-version'],
    ['POST', '/oauth/register', 'content-type,mcp-protocol-version'],
    ['POST', '/oauth/token', 'authorization,content-type,mcp-protocol-version'],
    ['POST', '/oauth/revoke', 'authorization,content-type,mcp-protocol-version'],
    ['POST', '/mcp', 'authorization,content-type,mcp-protocol-version,mcp-session-id,x-custom-auth'],
    ['GET', '/mcp', 'authorization,last-event-id,mcp-protocol-version'],
    ['DELETE', '/mcp', 'authorization,mcp-protocol-version'],
  ])('19.12 CORS-01 CORS-06 Inspector asks before it sends %s %s', async (method, path, asked) => {
    const { status, headers } = await send(app, path, {
      method: 'OPTIONS',
      headers: {
        origin: inBrowser.origin,
        'access-control-request-method': method,
        'access-control-request-headers': asked,
      },
    })
    const allowed = (headers.get('access-control-allow-headers') ?? '').toLowerCase().split(/, ?/)
    expect(status).toBe(204)
    expect(['*', inBrowser.origin]).toContain(headers.get('access-control-allow-origin'))
    expect(headers.get('access-control-allow-methods')).toContain(method)
    expect(allowed).toEqual(expect.arrayContaining(asked.split(',')))
    expect(headers.get('access-control-allow-credentials')).toBeNull()
  })

  it('19.12 CORS-02 CORS-03 Inspector may read every answer, refusals included', async () => {
    const as = replay(app, inspector)
    const client = await as.register()
    const answers = {
      document: await as.document('/.well-known/oauth-protected-resource/mcp'),
      missing: await as.document('/.well-known/oauth-protected-resource/elsewhere'),
      challenge: await as.call(),
      dead: await as.call('dead'),
      refused: await as.refresh(client, 'unknown'),
      stranger: await as.refresh({ ...client, id: 'nobody' }, 'unknown'),
    }
    const statuses = Object.values(answers).map(({ status }) => status)
    expect(statuses).toEqual([200, 404, 401, 401, 400, 401])
    for (const { headers, body } of Object.values(answers)) {
      expect(headers.get('access-control-allow-origin')).toBe('*')
      expect(body).not.toEqual({})
    }
    for (const { headers } of [answers.challenge, answers.dead])
      expect(headers.get(exposed)).toMatch(/WWW-Authenticate/i)
  })

  it('19.12 CORS-04 Inspector cannot read the authorization endpoint, which is for navigations', async () => {
    const preflight = await send(app, '/oauth/authorize', {
      method: 'OPTIONS',
      headers: { origin: inBrowser.origin, 'access-control-request-method': 'GET' },
    })
    const fetched = await send(app, '/oauth/authorize?client_id=x', { headers: inBrowser })
    for (const { headers } of [preflight, fetched]) expect(headers.get('access-control-allow-origin')).toBeNull()
    expect(fetched.status).toBe(400)
  })
})
