import type { ClientId } from 'grantor'
import { describe, expect, it } from 'vitest'
import { openBrowser, signIn } from '../support/browser.js'
import { call, connect, refresh, register } from '../support/flow.js'
import { testProvider } from '../support/provider.js'

const path = '/settings/connected-apps'

describe('the connected apps of a person', () => {
  it('CON-05 lists what they have connected, and nobody else’s', async () => {
    const box = testProvider()
    await connect(box, { metadata: { ...(await named('Alices app')) } })
    await connect(box, { person: 'bob', metadata: { ...(await named('Bobs app')) } })
    const browser = openBrowser(box)
    await signIn(browser, 'alice')
    const { html } = await browser.open(path)
    expect(html).toContain('Alices app')
    expect(html).not.toContain('Bobs app')
  })

  it('CON-05 REF-15 disconnecting ends every token of that grant, and no other', async () => {
    const box = testProvider()
    const client = await register(box)
    const [one, two] = [await connect(box, { client }), await connect(box, { client })]
    const page = await one.browser.open(path)
    const grants = page.forms.flatMap(({ fields }) => fields.filter(({ name }) => name === 'grant'))
    expect(grants).toHaveLength(2)
    await one.browser.submit(page, { action: 'revoke' }, ['grant', grants[0]?.value ?? ''])
    const statuses = await Promise.all([call(box, one.tokens.access_token), call(box, two.tokens.access_token)])
    expect(statuses.map(({ status }) => status).sort()).toEqual([200, 401])
    const refreshed = await Promise.all([
      refresh(box, client, one.tokens.refresh_token),
      refresh(box, client, two.tokens.refresh_token),
    ])
    expect(refreshed.map(({ status }) => status).sort()).toEqual([200, 400])
  })

  it('ends everything of one client at once', async () => {
    const box = testProvider()
    const client = await register(box)
    const [one, two] = [await connect(box, { client }), await connect(box, { client })]
    const other = await connect(box)
    const page = await one.browser.open(path)
    await one.browser.submit(page, { action: 'revoke_client' }, ['client', client.client_id])
    const statuses = await Promise.all([one, two, other].map(({ tokens }) => call(box, tokens.access_token)))
    expect(statuses.map(({ status }) => status)).toEqual([401, 401, 200])
  })

  it('CON-02 S-030 needs the value of the page, and a post from this site', async () => {
    const box = testProvider()
    const { browser, tokens } = await connect(box)
    const page = await browser.open(path)
    const grant = page.forms[0]?.fields.find(({ name }) => name === 'grant')?.value ?? ''
    const csrf = page.forms[0]?.fields.find(({ name }) => name === 'csrf')?.value ?? ''
    const form = (entries: Record<string, string>) => new URLSearchParams({ action: 'revoke', grant, ...entries })
    const attempts = [
      await browser.post(path, form({})),
      await browser.post(path, form({ csrf: 'wrong' })),
      await browser.post(path, form({ csrf }), { 'sec-fetch-site': 'cross-site' }),
      await browser.post(path, form({ csrf }), { 'sec-fetch-site': 'same-site' }),
    ]
    expect(attempts.map(({ status }) => status)).toEqual([403, 403, 403, 403])
    expect((await call(box, tokens.access_token)).status).toBe(200)
    await browser.post(path, form({ csrf }))
    expect((await call(box, tokens.access_token)).status).toBe(401)
  })

  it('S-034 nobody ends what is somebody else’s', async () => {
    const box = testProvider()
    const victim = await connect(box)
    const grant = (await victim.browser.open(path)).forms[0]?.fields.find(({ name }) => name === 'grant')?.value ?? ''
    const thief = await connect(box, { person: 'bob' })
    const page = await thief.browser.open(path)
    const tampered = await thief.browser.submit(page, { action: 'revoke', grant })
    expect(tampered.status).toBe(404)
    await thief.browser.submit(page, { action: 'revoke_client', grant: null, client: victim.client.client_id })
    expect((await call(box, victim.tokens.access_token)).status).toBe(200)
  })

  it('sends whoever is not signed in to the login and back', async () => {
    const box = testProvider()
    const browser = openBrowser(box)
    const login = await browser.open(path)
    expect(login.url).toBe(`${box.origin}/login?next=${encodeURIComponent(path)}`)
    expect((await signIn(browser, 'alice', login)).url).toBe(`${box.origin}${path}`)
  })

  it('forgets grants that have expired and clients that are gone', async () => {
    const box = testProvider({ lifetimes: { refreshToken: 100, accessToken: 100 } })
    const { browser } = await connect(box, { metadata: await named('Short app') })
    expect((await browser.open(path)).html).toContain('Short app')
    box.clock.advance(101)
    expect((await browser.open(path)).html).not.toContain('Short app')
  })

  it('tells when an app was last used', async () => {
    const box = testProvider()
    const { tokens, client } = await connect(box)
    box.clock.advance(500)
    await call(box, tokens.access_token)
    await box.provider.close()
    const { items } = await box.provider.grants.list({ clientId: client.client_id as ClientId })
    expect(items.map(({ lastUse }) => lastUse)).toEqual([{ at: box.clock.now(), address: null, agent: null }])
  })
})

async function named(client_name: string) {
  return {
    client_name,
    redirect_uris: ['http://127.0.0.1:1/cb'],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
  }
}
