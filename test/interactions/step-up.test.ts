import { describe, expect, it } from 'vitest'
import { type Page, valuesOf } from '../support/browser.js'
import {
  approve,
  authorize,
  call,
  confidentialClient,
  connect,
  exchange,
  type Params,
  publicClient,
  refresh,
  register,
  tokensOf,
} from '../support/flow.js'
import { type TestOptions, type TestProvider, testProvider } from '../support/provider.js'

/** Two scopes that have nothing to do with each other, and one that is sensitive. */
const options: TestOptions = {
  scopes: {
    'project:read': 'Read',
    'project:write': 'Write',
    'project:admin': { description: 'Delete', sensitive: true },
  },
  entitlements: () => ['project:read', 'project:write', 'project:admin'],
}

const read: Params = { scope: 'project:read' }
const write: Params = { scope: 'project:write' }

const ticked = (page: Page, name: string) =>
  page.forms.flatMap((form) =>
    form.fields.some((field) => field.name === 'decision') ? valuesOf(form).getAll(name) : [],
  )

const statuses = async (box: TestProvider, token: string | undefined, project = 'alpha') =>
  Promise.all(
    ['GET', 'POST', 'DELETE'].map(
      async (method) => (await call(box, token, `/api/projects/${project}/items`, { method })).status,
    ),
  )

const live = async (box: TestProvider) => (await box.provider.grants.list({})).items.map(({ grant }) => grant)

/** An app that holds one scope in one project and asks for another. */
async function asking(metadata: object, first: Params = read, second: Params = write) {
  const box = testProvider(options)
  const client = await register(box, { ...metadata })
  const connection = await connect(box, { client, params: first, changes: { project: 'beta' } })
  box.clock.advance(60)
  const attempt = await authorize(connection.browser, client, second)
  return { box, ...connection, attempt, page: attempt.page }
}

describe.each([
  ['a public client', publicClient],
  ['a confidential client', confidentialClient],
])('%s that asks for more', (_, metadata) => {
  it('is offered what it holds with what it asks for, where it holds it', async () => {
    const { page } = await asking(metadata)
    expect(ticked(page, 'scope')).toEqual(['project:read', 'project:write'])
    expect(ticked(page, 'project')).toEqual(['beta'])
    expect(page.html).toContain('Already allowed')
  })

  it('gets both, and is told so', async () => {
    const { box, browser, attempt } = await asking(metadata)
    const tokens = tokensOf(await exchange(box, await approve(browser, attempt)))
    expect(tokens.scope).toBe('project:read project:write')
    expect(await statuses(box, tokens.access_token, 'beta')).toEqual([200, 200, 403])
  })

  it('gets what was asked for alone, where it holds nothing, and where the person unticks the rest', async () => {
    const { box, browser, client, attempt } = await asking(metadata)
    const elsewhere = tokensOf(await exchange(box, await approve(browser, attempt, { project: 'alpha' })))
    expect(elsewhere.scope).toBe('project:write')
    const again = await authorize(browser, client, { scope: 'project:write', prompt: 'consent' })
    const less = await approve(browser, again, { project: 'beta', scope: 'project:write' })
    expect(tokensOf(await exchange(box, less)).scope).toBe('project:write')
  })

  it('of what has ended in the meantime, gets nothing', async () => {
    const { box, browser, attempt } = await asking(metadata)
    await box.provider.grants.revoke((await live(box))[0]!.id)
    const tokens = tokensOf(await exchange(box, await approve(browser, attempt)))
    expect(tokens.scope).toBe('project:write')
  })

  it('S-033 gets nothing that it neither holds nor asks for, whatever the form says', async () => {
    const { box, browser, attempt } = await asking(metadata)
    const scope = ['project:read', 'project:write', 'project:admin']
    const tokens = tokensOf(await exchange(box, await approve(browser, attempt, { scope })))
    expect(tokens.scope).toBe('project:read project:write')
  })

  it('of another resource, or for no more than it holds, is shown nothing else', async () => {
    const { browser, client, box } = await asking(metadata)
    const other = await authorize(browser, client, { ...write, resource: box.mcp })
    expect(ticked(other.page, 'scope')).toEqual(['project:write'])
    const same = await authorize(browser, client, { ...read, prompt: 'consent' })
    expect(ticked(same.page, 'scope')).toEqual(['project:read'])
    expect(same.page.html).not.toContain('Already allowed')
  })

  it('is offered nothing that somebody else gave it', async () => {
    const { box, client } = await asking(metadata)
    const bob = await connect(box, { client, person: 'bob', params: write })
    expect(bob.tokens.scope).toBe('project:write')
  })
})

describe('a client that proves who it is', () => {
  it('has one grant in place of the other, from when it redeems the code, and not before', async () => {
    const { box, browser, client, attempt, tokens } = await asking(confidentialClient)
    const [before] = await live(box)
    const callback = await approve(browser, attempt)
    expect(await statuses(box, tokens.access_token, 'beta')).toEqual([200, 403, 403])
    const more = tokensOf(await exchange(box, callback))
    expect(await statuses(box, tokens.access_token, 'beta')).toEqual([401, 401, 401])
    expect((await refresh(box, client, tokens.refresh_token)).body.error).toBe('invalid_grant')
    expect(await statuses(box, more.access_token, 'beta')).toEqual([200, 200, 403])
    expect(await live(box)).toHaveLength(1)
    expect(box.events.filter(({ type }) => type === 'grant.revoked')).toMatchObject([
      { grantId: before?.id, reason: 'grant.replaced', actor: { type: 'client', id: client.client_id } },
    ])
  })

  it('keeps what it has when nobody redeems the code', async () => {
    const { box, browser, attempt, tokens } = await asking(confidentialClient)
    await approve(browser, attempt)
    box.clock.advance(61)
    expect(await statuses(box, tokens.access_token, 'beta')).toEqual([200, 403, 403])
  })

  it('keeps what it has in other projects', async () => {
    const { box, browser, attempt, tokens } = await asking(confidentialClient)
    await exchange(box, await approve(browser, attempt, { project: ['alpha', 'beta'] }))
    expect(await statuses(box, tokens.access_token, 'beta')).toEqual([200, 403, 403])
    expect(await live(box)).toHaveLength(2)
  })

  it('loses what it had before, where the person unticks it', async () => {
    const { box, browser, attempt, tokens } = await asking(confidentialClient)
    const { scope } = tokensOf(await exchange(box, await approve(browser, attempt, { scope: 'project:write' })))
    expect(scope).toBe('project:write')
    expect(await statuses(box, tokens.access_token, 'beta')).toEqual([401, 401, 401])
  })

  it('may have been disconnected before it redeems the code, which is no fault', async () => {
    const { box, browser, attempt } = await asking(confidentialClient)
    const [before] = await live(box)
    const callback = await approve(browser, attempt)
    await box.provider.grants.revoke(before!.id)
    expect((await exchange(box, callback)).status).toBe(200)
    expect(await live(box)).toHaveLength(1)
  })

  it('is offered a sensitive scope that it holds', async () => {
    const { page } = await asking(confidentialClient, { scope: 'project:admin' })
    expect(ticked(page, 'scope')).toEqual(['project:write', 'project:admin'])
  })
})

describe('a client that anybody could be', () => {
  it('never loses what it has: that may be another device', async () => {
    const { box, browser, client, attempt, tokens } = await asking(publicClient)
    await exchange(box, await approve(browser, attempt))
    expect(await statuses(box, tokens.access_token, 'beta')).toEqual([200, 403, 403])
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
    const { grants } = await box.provider.grants.view({ subject: (await live(box))[0]!.subject! })
    expect(grants.map(({ client: { id } }) => id)).toEqual([client.client_id, client.client_id])
  })

  it('is not offered a sensitive scope that it does not ask for by name', async () => {
    const { page } = await asking(publicClient, { scope: 'project:admin' })
    expect(ticked(page, 'scope')).toEqual(['project:write'])
  })
})

describe('the challenge of a token that is too weak (MR-06)', () => {
  it('names every scope that the request needs, and not only the one that is missing', async () => {
    const box = testProvider(options)
    const { tokens } = await connect(box, { params: read })
    const guard = box.provider.guard({ scope: ['project:read', 'project:write', 'project:admin'] })
    const request = new Request(`${box.api}/x`, { headers: { authorization: `Bearer ${tokens.access_token}` } })
    const result = await guard(request, request)
    const challenge = result.ok ? '' : String(result.response.headers['www-authenticate'])
    expect(challenge).toContain('error="insufficient_scope"')
    expect(challenge).toContain('scope="project:read project:write project:admin"')
  })
})
