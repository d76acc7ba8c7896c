import * as fc from 'fast-check'
import type { AccountId, ClientId, GrantId } from 'grantor'
import { describe, expect, it } from 'vitest'
import { projectsWithin } from '../../src/policy/account.js'
import {
  approve,
  call,
  confidentialClient,
  connect,
  decide,
  exchange,
  openAttempt,
  publicClient,
  refresh,
  responseOf,
  tokensOf,
} from '../support/flow.js'
import { editClient, registerManually, type TestOptions, testProvider } from '../support/provider.js'

const acme = { accountId: 'acme' as AccountId }
const globex = { accountId: 'globex' as AccountId }

/** Somebody who belongs to both customers, with projects of each. */
function both(options: TestOptions = {}) {
  const box = testProvider({
    ...options,
    session: (request) => {
      const session = box.host.session(request)
      return session && session.subject === 'alice' ? { ...session, accounts: ['acme', 'globex'] } : session
    },
  })
  box.host.entitle('alice', 'gamma', ['project:admin'])
  return box
}

describe('a client of an account', () => {
  it('is not for people of another account: they are told, and the client is not sent anything by itself', async () => {
    const box = testProvider()
    const client = await registerManually(box, confidentialClient, acme)
    const { page } = await openAttempt(box, client, {}, 'bob')
    expect([page.status, page.html]).toEqual([403, expect.stringContaining('This app belongs to another account')])
    expect(page.html).toContain('client.other_account')
    expect(page.html).toContain('error=access_denied')
    expect(page.html).not.toContain('code=')
  })

  it('AZ-30 learns it at once where nobody looks', async () => {
    const box = testProvider()
    const client = await registerManually(box, confidentialClient, acme)
    const { page } = await openAttempt(box, client, { prompt: 'none' }, 'bob')
    expect(responseOf(page.url).get('error')).toBe('access_denied')
  })

  it('S-019 unless anybody may have registered it', async () => {
    const box = testProvider({ registration: { dynamic: { policy: () => ({ accountId: 'acme' }) } } })
    const { client } = await connect(box, { metadata: confidentialClient })
    const { page } = await openAttempt(box, client, { prompt: 'none' }, 'bob')
    expect(page.status).toBe(403)
  })

  it('is not for people without any account', async () => {
    const box = testProvider({ session: () => ({ subject: 'alice', name: 'Alice' }) })
    const client = await registerManually(box, confidentialClient, acme)
    expect((await openAttempt(box, client)).page.status).toBe(403)
  })

  it('offers only the projects of its account, whatever the person belongs to', async () => {
    const box = both()
    const client = await registerManually(box, confidentialClient, acme)
    const { page } = await openAttempt(box, client)
    const offered = [...page.html.matchAll(/name="project"[^>]*value="(\w+)"/g)].map(([, id]) => id)
    expect(offered.sort()).toEqual(['alpha', 'beta'])
  })

  it('cannot be approved for a project of another account, by whatever is posted', async () => {
    const box = both()
    const client = await registerManually(box, confidentialClient, acme)
    const attempt = await openAttempt(box, client)
    const callback = await decide(attempt.browser, attempt, 'approve', { project: ['alpha', 'gamma'] })
    const { access_token } = tokensOf(await exchange(box, callback))
    expect((await call(box, access_token)).body).toMatchObject({ projects: ['alpha'], accountId: 'acme' })
    expect((await call(box, access_token, '/api/projects/gamma/items')).status).toBe(403)
    const only = await openAttempt(box, client, { prompt: 'consent' })
    expect((await decide(only.browser, only, 'approve', { project: ['gamma'] })).url).not.toContain('code=')
  })

  it('cannot be approved by somebody who has left the account since the page was opened', async () => {
    let accounts = ['acme']
    const box = testProvider({ session: () => ({ subject: 'alice', name: 'Alice', accounts }) })
    const client = await registerManually(box, confidentialClient, acme)
    const attempt = await openAttempt(box, client)
    accounts = ['globex']
    const { url } = await approve(attempt.browser, attempt)
    expect(url).not.toContain('code=')
    expect(box.events.filter(({ type }) => type === 'grant.created')).toEqual([])
  })

  it('all projects are all of its account’s, now and later, and no others', async () => {
    const base = testProvider()
    const box = both({ projects: { label: 'workspace', choose: 'all', list: (who) => base.host.projects(who) } })
    base.host.entitle('alice', 'gamma', ['project:admin'])
    const client = await registerManually(box, confidentialClient, acme)
    const { tokens } = await connect(box, { client, changes: { projects: 'all' } })
    const at = async (token: string, project: string) =>
      (await call(box, token, `/api/projects/${project}/items`)).status
    expect([await at(tokens.access_token, 'alpha'), await at(tokens.access_token, 'gamma')]).toEqual([200, 403])
    const { body } = await call(box, tokens.access_token)
    expect(body).toMatchObject({ projects: ['alpha', 'beta'], accountId: 'acme' })
    const next = tokensOf(await refresh(box, client, tokens.refresh_token))
    expect([await at(next.access_token, 'beta'), await at(next.access_token, 'gamma')]).toEqual([200, 403])
  })

  it('loses a project that has gone to another account with the next token', async () => {
    let accountOfAlpha = 'acme'
    const box = testProvider({
      projects: {
        label: 'workspace',
        choose: 'many',
        list: () => [
          { id: 'alpha', name: 'Alpha', account: accountOfAlpha },
          { id: 'beta', name: 'Beta', account: 'acme' },
        ],
      },
    })
    const client = await registerManually(box, confidentialClient, acme)
    const { tokens } = await connect(box, { client, changes: { project: ['alpha', 'beta'] } })
    accountOfAlpha = 'globex'
    const next = tokensOf(await refresh(box, client, tokens.refresh_token))
    expect((await call(box, next.access_token)).status).toBe(403)
    expect((await call(box, next.access_token, '/api/projects/beta/items')).body).toMatchObject({ projects: ['beta'] })
  })

  it('gets nothing for somebody who has no project of its account any more, and heals with them', async () => {
    const box = testProvider()
    const client = await registerManually(box, confidentialClient, acme)
    const { tokens } = await connect(box, { client, person: 'carol' })
    box.host.entitle('carol', 'alpha', [])
    expect((await refresh(box, client, tokens.refresh_token)).body.error).toBe('invalid_grant')
    box.host.entitle('carol', 'alpha', ['project:read'])
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
  })

  it('the host is told the account when it is asked whether a person may still', async () => {
    const asked: unknown[] = []
    const box = testProvider({
      active: ({ accountId }) => {
        asked.push(accountId)
        return true
      },
    })
    await connect(box, { client: await registerManually(box, confidentialClient, acme) })
    expect(asked).toEqual(['acme'])
  })

  it('a grant of one account is dead in the hands of a client of another', async () => {
    const box = testProvider()
    const client = await registerManually(box, confidentialClient, acme)
    const { tokens } = await connect(box, { client })
    await editClient(box, client, () => globex)
    expect((await call(box, tokens.access_token)).status).toBe(401)
    const answer = await refresh(box, client, tokens.refresh_token)
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_grant'])
    await editClient(box, client, () => acme)
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
  })

  it('DCR-22 no program makes itself a client of an account', async () => {
    const box = testProvider()
    const { client } = await connect(box, { metadata: { ...publicClient, account_id: 'globex', accountId: 'globex' } })
    expect(await box.provider.clients.find(client.client_id as ClientId)).toMatchObject({ accountId: null })
  })

  it('the host’s own project without an account is none of it', () => {
    const own = fc.array(fc.record({ id: fc.string(), name: fc.string(), account: fc.constantFrom('acme', 'globex') }))
    fc.assert(
      fc.property(own, fc.option(fc.array(fc.string())), (projects, pins) => {
        const homeless = projects.map(({ id, name }) => ({ id, name }))
        const within = projectsWithin({ ...acme, projects: pins }, [...projects, ...homeless])
        expect(within.every(({ account }) => account === 'acme')).toBe(true)
        expect(within.every(({ id }) => pins === null || pins.includes(id))).toBe(true)
      }),
    )
  })
})

describe('a client that is pinned to projects', () => {
  const pins = { policy: { projects: ['beta'] } }

  it('reaches these and no others, whoever approves what', async () => {
    const box = testProvider()
    const client = await registerManually(box, confidentialClient, pins)
    const attempt = await openAttempt(box, client)
    expect(attempt.page.html).not.toMatch(/value="alpha"/)
    const callback = await decide(attempt.browser, attempt, 'approve', { project: ['alpha', 'beta'] })
    const { access_token } = tokensOf(await exchange(box, callback))
    expect((await call(box, access_token)).status).toBe(403)
    expect((await call(box, access_token, '/api/projects/beta/items')).status).toBe(200)
  })

  it('loses the others on the very next request when it is pinned later', async () => {
    const box = testProvider()
    const client = await registerManually(box, confidentialClient)
    const { tokens } = await connect(box, { client, changes: { project: ['alpha', 'beta'] } })
    expect((await call(box, tokens.access_token)).status).toBe(200)
    await box.provider.clients.update(client.client_id as ClientId, pins)
    expect((await call(box, tokens.access_token)).status).toBe(403)
    expect((await call(box, tokens.access_token, '/api/projects/beta/items')).status).toBe(200)
    const next = tokensOf(await refresh(box, client, tokens.refresh_token))
    expect((await call(box, next.access_token, '/api/projects/beta/items')).body).toMatchObject({ projects: ['beta'] })
  })

  it('the same with a grant for all projects', async () => {
    const base = testProvider()
    const box = testProvider({ projects: { label: 'workspace', choose: 'all', list: base.host.projects } })
    const client = await registerManually(box, confidentialClient)
    const { tokens } = await connect(box, { client, changes: { projects: 'all' } })
    expect((await call(box, tokens.access_token)).status).toBe(200)
    await box.provider.clients.update(client.client_id as ClientId, pins)
    expect((await call(box, tokens.access_token)).status).toBe(403)
    expect((await call(box, tokens.access_token, '/api/projects/beta/items')).body).toMatchObject({
      projects: ['beta'],
    })
  })

  it.each([
    ['its client was pinned to', 'pin'],
    ['its grant was cut down to', 'narrow'],
  ])('a token for all projects is good for none of those %s that are somebody else’s', async (_, how) => {
    const base = testProvider()
    const box = testProvider({ projects: { label: 'workspace', choose: 'all', list: base.host.projects } })
    const client = await registerManually(box, confidentialClient)
    const params = { scope: 'project:read', resource: box.api }
    const { tokens } = await connect(box, { client, params, changes: { projects: 'all' } })
    const { body } = await call(box, tokens.access_token)
    const request = new Request(box.api, { headers: { authorization: `Bearer ${tokens.access_token}` } })
    const ask = async () => {
      const result = await box.provider.guard({ scope: 'project:read', resource: box.api })(request, request)
      return result.ok && [result.access.projects, result.access.allows('project:read', 'gamma')]
    }
    const cut = async (projects: readonly string[]) =>
      how === 'pin'
        ? void (await box.provider.clients.update(client.client_id as ClientId, { policy: { projects } }))
        : box.provider.grants.narrow(String(body.grantId) as GrantId, { projects })
    expect(await ask()).toEqual(['all', false])
    await cut(['beta', 'gamma'])
    expect(await ask()).toEqual([['beta'], false])
    await cut(['gamma'])
    expect(await ask()).toBe(false)
  })
})
