import type { Access } from 'grantor'
import { describe, expect, it } from 'vitest'
import { connect } from '../support/flow.js'
import { type ScopeName, type TestProvider, testProvider } from '../support/provider.js'

type Wanted = Parameters<TestProvider['provider']['guard']>[0]

async function access(box: TestProvider, token: string, wanted: Wanted = {}): Promise<Access<ScopeName> | number> {
  const request = new Request(box.api, { headers: { authorization: `Bearer ${token}` } })
  const result = await box.provider.guard({ resource: box.api, ...wanted })(request, request)
  return result.ok ? result.access : result.response.status
}

const asked = (given: Access<ScopeName> | number) => {
  if (typeof given === 'number') return given
  const questions = [
    ['project:read', 'alpha'],
    ['project:admin', 'alpha'],
    ['project:read', 'beta'],
    ['project:read', 'unheard-of'],
  ] as const
  return questions.map(([scope, project]) => given.allows(scope, project))
}

const everywhere = async () => {
  const box: TestProvider = testProvider({
    projects: { label: 'workspace', choose: 'all', list: (who) => box.host.projects(who) },
  })
  const changes = { projects: 'all', project: null }
  return { box, ...(await connect(box, { params: { scope: 'project:admin' }, changes })) }
}

describe('what a handler may conclude from an access', () => {
  it('on all projects: nothing of any project but the one the guard was told of', async () => {
    const { box, tokens } = await everywhere()
    expect(asked(await access(box, tokens.access_token))).toEqual([false, false, false, false])
    expect(asked(await access(box, tokens.access_token, { project: () => 'alpha' }))).toEqual([
      true,
      true,
      false,
      false,
    ])
    box.host.entitle('alice', 'alpha', ['project:read'])
    expect(asked(await access(box, tokens.access_token, { project: () => 'alpha' }))).toEqual([
      true,
      false,
      false,
      false,
    ])
  })

  it('on all projects: none the person is not in', async () => {
    const { box, tokens } = await everywhere()
    for (const project of ['gamma', 'unheard-of', ''])
      expect(await access(box, tokens.access_token, { project: () => project })).toBe(403)
  })

  it('on named projects: what was held when the token was issued', async () => {
    const box = testProvider()
    const { tokens } = await connect(box, {
      params: { scope: 'project:admin' },
      changes: { project: ['alpha', 'beta'] },
    })
    box.host.entitle('alice', 'alpha', ['project:read'])
    expect(asked(await access(box, tokens.access_token))).toEqual([true, true, true, false])
  })

  it('asked each time: what is held at that moment, in every project it names', async () => {
    const box = testProvider()
    const { tokens } = await connect(box, {
      params: { scope: 'project:admin' },
      changes: { project: ['alpha', 'beta'] },
    })
    box.host.entitle('alice', 'alpha', ['project:read'])
    box.host.entitle('alice', 'beta', [])
    expect(asked(await access(box, tokens.access_token, { live: true }))).toEqual([true, false, false, false])
    box.host.entitle('alice', 'alpha', [])
    expect(await access(box, tokens.access_token, { live: true })).toBe(403)
  })

  it('asked each time, for a project: no other project', async () => {
    const box = testProvider()
    const { tokens } = await connect(box, {
      params: { scope: 'project:admin' },
      changes: { project: ['alpha', 'beta'] },
    })
    const given = await access(box, tokens.access_token, { live: true, project: () => 'alpha' })
    expect(asked(given)).toEqual([true, true, false, false])
  })

  it('a hook that throws lets nobody in', async () => {
    const { box, tokens } = await everywhere()
    const broken = testProvider({
      storage: box.storage,
      entitlements: () => {
        throw new Error('permission service is down')
      },
    })
    expect(await access(broken, tokens.access_token, { project: () => 'alpha' })).toBe(500)
    expect(broken.errors).toHaveLength(1)
  })
})

describe('what is remembered of use', () => {
  it('is written when the provider closes, once for each grant and token, and counted by day', async () => {
    const box = testProvider()
    const { tokens, client } = await connect(box)
    const id = client.client_id as Parameters<typeof box.provider.usage.read>[0]
    for (let times = 0; times < 5; times += 1) await access(box, tokens.access_token)
    await access(box, tokens.access_token, { project: () => 'beta' })
    expect(await box.provider.usage.read(id)).toEqual([])
    await box.provider.close()
    expect(await box.provider.usage.read(id)).toMatchObject([
      { clientId: id, accountId: 'acme', requests: 5, refused: 1 },
    ])
  })

  it('is nothing of requests with tokens that nobody knows', async () => {
    const box = testProvider()
    await access(box, `grantor_at_${'A'.repeat(49)}`)
    await access(box, 'rubbish')
    box.storage.reset()
    await box.provider.close()
    expect(box.storage.calls).toEqual([])
  })

  it('never makes a request wait or fail', async () => {
    const box = testProvider()
    const { tokens } = await connect(box)
    box.storage.inject({ method: 'touch', how: 'hang' })
    expect(typeof (await access(box, tokens.access_token))).toBe('object')
    void box.provider.close()
    expect(typeof (await access(box, tokens.access_token))).toBe('object')
  })
})
