import { describe, expect, it } from 'vitest'
import { call, confidentialClient, exchange, openAttempt, publicClient, responseOf, tokensOf } from '../support/flow.js'
import { editClient, registerManually, type TestOptions, testProvider } from '../support/provider.js'

const trusted = { policy: { trusted: true } }
const web = { ...publicClient, redirect_uris: ['https://own.example/callback'] }

async function started(metadata: object = confidentialClient, options: TestOptions = {}) {
  const box = testProvider(options)
  return { box, client: await registerManually(box, metadata as typeof confidentialClient, trusted) }
}

const one = (options: { readonly own: readonly string[] }): TestOptions => ({
  projects: {
    label: 'workspace',
    choose: 'one',
    list: () => options.own.map((id) => ({ id, name: id, account: 'acme' })),
  },
})

describe('a client that the host trusts', () => {
  it('is answered without a page, with what it asks for and the person holds', async () => {
    const { box, client } = await started()
    const attempt = await openAttempt(box, client, { scope: 'project:admin' }, 'carol')
    expect(attempt.page.url).toContain('code=')
    const tokens = tokensOf(
      await exchange(box, { ...attempt, url: attempt.page.url, response: responseOf(attempt.page.url) }),
    )
    expect(tokens.scope).toBe('project:read')
    expect((await call(box, tokens.access_token)).body).toMatchObject({ subject: 'carol', projects: ['alpha'] })
  })

  it('LOG-02 is in the log as what it is, and on the person’s page of connected apps', async () => {
    const { box, client } = await started()
    const { browser } = await openAttempt(box, client)
    expect(box.events.at(-1)).toMatchObject({
      type: 'grant.created',
      actor: { type: 'user', id: 'alice' },
      data: { trusted: true },
    })
    const page = await browser.open('/settings/connected-apps')
    expect(page.html).toContain('Reporter')
  })

  it('still needs somebody who is signed in', async () => {
    const { box, client } = await started()
    const url = new URL(`${box.issuer}/oauth/authorize`)
    url.search = new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: client.redirect_uris[0]!,
      response_type: 'code',
      code_challenge: 'A'.repeat(43),
      code_challenge_method: 'S256',
      resource: box.api,
    }).toString()
    const answer = await box.fetch(new Request(url, { redirect: 'manual' }))
    expect(answer.headers.get('location')).toMatch(/^\/login/)
  })

  it.each(['consent', 'login', 'select_account'])('is shown on a page when it asks for prompt=%s', async (prompt) => {
    const { box, client } = await started()
    expect((await openAttempt(box, client, { prompt })).page.status).toBe(200)
  })

  it('is answered with prompt=none too', async () => {
    const { box, client } = await started()
    expect((await openAttempt(box, client, { prompt: 'none' })).page.url).toContain('code=')
  })

  it('gets nothing from somebody who holds nothing', async () => {
    const { box, client } = await started()
    box.host.entitle('carol', 'alpha', [])
    expect((await openAttempt(box, client, {}, 'carol')).page.status).toBe(200)
    expect((await openAttempt(box, client, { prompt: 'none' }, 'carol')).page.url).toContain('error=consent_required')
    expect(box.events.filter(({ type }) => type === 'grant.created')).toEqual([])
  })

  it('belongs to its account all the same', async () => {
    const box = testProvider()
    const client = await registerManually(box, confidentialClient, { ...trusted, accountId: 'acme' as never })
    expect((await openAttempt(box, client, {}, 'bob')).page.status).toBe(403)
  })

  it('TRU-01 S-019 may be public where its answer goes to a site of its own, and nowhere else', async () => {
    const own = await started(web)
    expect((await openAttempt(own.box, own.client)).page.url).toContain('code=')
    const local = await started(publicClient)
    expect((await openAttempt(local.box, local.client)).page.status).toBe(200)
    const scheme = await started({ ...publicClient, redirect_uris: ['cursor://anysphere.cursor-mcp/oauth/callback'] })
    expect((await openAttempt(scheme.box, scheme.client)).page.status).toBe(200)
  })

  it('one project that can be meant is the one, several are for the person to choose from', async () => {
    const only = await started(confidentialClient, one({ own: ['alpha', 'gamma'] }))
    expect((await openAttempt(only.box, only.client)).page.url).toContain('code=')
    const several = await started(confidentialClient, one({ own: ['alpha', 'beta'] }))
    expect((await openAttempt(several.box, several.client)).page.status).toBe(200)
    expect((await openAttempt(several.box, several.client, { prompt: 'none' })).page.url).toContain('consent_required')
  })

  it('all projects are all of them', async () => {
    const base = testProvider()
    const { box, client } = await started(confidentialClient, {
      projects: { label: 'workspace', choose: 'all', list: base.host.projects },
    })
    await openAttempt(box, client)
    expect(box.events.at(-1)).toMatchObject({ data: { projects: 'all' } })
  })

  it('works in a host without projects', async () => {
    const { box, client } = await started(confidentialClient, { projects: null })
    expect((await openAttempt(box, client)).page.url).toContain('code=')
  })

  it.each(['dynamic', 'user'] as const)(
    'S-131 DCR-22 is none that came by another way, whatever its record says: %s',
    async (registration) => {
      const { box, client } = await started()
      await editClient(box, client, () => ({ registration }))
      expect((await openAttempt(box, client)).page.status).toBe(200)
    },
  )

  it('is asked about from the moment it is not trusted any more', async () => {
    const { box, client } = await started(web)
    await editClient(box, client, () => ({ policy: {} }))
    expect((await openAttempt(box, client)).page.status).toBe(200)
  })
})
