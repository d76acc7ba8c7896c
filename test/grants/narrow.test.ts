import type { GrantId, Subject } from 'grantor'
import { describe, expect, it } from 'vitest'
import { call, connect, refresh, tokensOf } from '../support/flow.js'
import { type TestProvider, testProvider } from '../support/provider.js'

const both = { params: { scope: 'project:write' }, changes: { project: ['alpha', 'beta'] } }

async function onlyGrant(box: TestProvider): Promise<GrantId> {
  const { items } = await box.provider.grants.list({})
  return items[0]!.grant.id
}

const status = async (box: TestProvider, token: string | undefined, method: string, project: string) =>
  (await call(box, token, `/api/projects/${project}/items`, { method })).status

describe('narrowing a live grant', () => {
  it('takes a project away with effect on the next request, without connecting again', async () => {
    const box = testProvider()
    const { tokens } = await connect(box, both)
    expect(await status(box, tokens.access_token, 'GET', 'beta')).toBe(200)
    await box.provider.grants.narrow(await onlyGrant(box), { projects: ['alpha'] })
    expect(await status(box, tokens.access_token, 'GET', 'beta')).toBe(403)
    expect(await status(box, tokens.access_token, 'POST', 'alpha')).toBe(200)
  })

  it('takes a scope away, also from tokens issued later', async () => {
    const box = testProvider()
    const { tokens, client } = await connect(box, both)
    await box.provider.grants.narrow(await onlyGrant(box), { scope: ['project:read'] })
    expect(await status(box, tokens.access_token, 'POST', 'alpha')).toBe(403)
    expect(await status(box, tokens.access_token, 'GET', 'alpha')).toBe(200)
    const next = tokensOf(await refresh(box, client, tokens.refresh_token))
    expect(next.scope).toBe('project:read')
  })

  it('never gives more than there was', async () => {
    const box = testProvider()
    const { tokens } = await connect(box, { params: { scope: 'project:read' }, changes: { project: ['alpha'] } })
    await box.provider.grants.narrow(await onlyGrant(box), { scope: ['project:admin'], projects: ['alpha', 'beta'] })
    expect(await status(box, tokens.access_token, 'POST', 'alpha')).toBe(403)
    expect(await status(box, tokens.access_token, 'GET', 'beta')).toBe(403)
  })

  it('refuses to leave nothing, and is not for strangers', async () => {
    const box = testProvider()
    await connect(box, both)
    const id = await onlyGrant(box)
    const { narrow } = box.provider.grants
    await expect(narrow(id, { scope: [] })).rejects.toMatchObject({ reason: 'grant.narrowed_to_nothing' })
    await expect(narrow(id, { projects: [] })).rejects.toMatchObject({ reason: 'grant.narrowed_to_nothing' })
    await expect(narrow(id, { scope: ['project:read'] }, { subject: 'bob' as Subject })).rejects.toMatchObject({
      status: 404,
    })
    await expect(narrow('grant_none' as GrantId, {})).rejects.toMatchObject({ status: 404 })
  })

  it('says in the audit log from what to what, and says nothing when nothing changes', async () => {
    const box = testProvider()
    await connect(box, both)
    const id = await onlyGrant(box)
    await box.provider.grants.narrow(id, { projects: ['alpha'] })
    await box.provider.grants.narrow(id, { projects: ['alpha'] })
    const told = box.events.filter(({ type }) => type === 'grant.narrowed')
    expect(told).toHaveLength(1)
    expect(told[0]!.data).toMatchObject({ from: { projects: ['alpha', 'beta'] }, to: { projects: ['alpha'] } })
  })
})

describe('a grant for all projects', () => {
  const connectAll = async () => {
    const box = testProvider({ projects: { label: 'workspace', choose: 'all', list: (who) => box.host.projects(who) } })
    const params = { scope: 'project:write' }
    return { box, ...(await connect(box, { params, changes: { projects: 'all', project: null } })) }
  }

  it('can be cut down to one, in which the host is still asked what the person holds', async () => {
    const { box, tokens } = await connectAll()
    await box.provider.grants.narrow(await onlyGrant(box), { projects: ['beta'] })
    box.host.entitle('alice', 'beta', ['project:read'])
    expect(await status(box, tokens.access_token, 'GET', 'beta')).toBe(200)
    expect(await status(box, tokens.access_token, 'POST', 'beta')).toBe(403)
    expect(await status(box, tokens.access_token, 'GET', 'alpha')).toBe(403)
  })

  it('allows only what has been asked about: the project that the guard was told of', async () => {
    const { box, tokens } = await connectAll()
    const request = new Request(`${box.api}/x`, { headers: { authorization: `Bearer ${tokens.access_token}` } })
    const told = await box.provider.guard({ scope: 'project:read', project: () => 'alpha' })(request, request)
    expect(told.ok && told.access.allows('project:write', 'alpha')).toBe(true)
    expect(told.ok && told.access.allows('project:read', 'beta')).toBe(false)
    const untold = await box.provider.guard({ scope: 'project:read' })(request, request)
    expect(untold.ok && untold.access.allows('project:write')).toBe(true)
    expect(untold.ok && untold.access.allows('project:read', 'alpha')).toBe(false)
  })
})
