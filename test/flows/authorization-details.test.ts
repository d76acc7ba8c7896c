import type { ClientId } from 'grantor'
import { describe, expect, it } from 'vitest'
import { formOf, openBrowser, signIn } from '../support/browser.js'
import { approveDevice, claimed, deviceClient, deviceCodes, poll, requestCodes } from '../support/device.js'
import {
  approve,
  authorize,
  call,
  confidentialClient,
  connect,
  decide,
  exchange,
  openAttempt,
  type Params,
  postAs,
  publicClient,
  refresh,
  register,
  responseOf,
  send,
  tokensOf,
} from '../support/flow.js'
import { registerManually, type TestOptions, type TestProvider, testProvider } from '../support/provider.js'

const project = (...identifiers: readonly string[]) =>
  JSON.stringify(identifiers.map((identifier) => ({ type: 'project', identifier })))

const named = (...identifiers: readonly string[]): Params => ({ authorization_details: project(...identifiers) })

const detailsOf = (body: Readonly<Record<string, unknown>>) => body.authorization_details

const granted = (...identifiers: readonly string[]) =>
  identifiers.map((identifier) => ({ type: 'project', identifier }))

/** Someone who may do everything in three projects. */
const withThree = (options: TestOptions = {}) => {
  const box = testProvider(options)
  box.host.entitle('alice', 'delta', ['project:admin'])
  return box
}

const offered = async (box: TestProvider, params: Params) => {
  const client = await register(box)
  const attempt = await openAttempt(box, client, params)
  const { fields } = formOf(attempt.page, ['decision', 'approve'])
  const projects = fields.filter(({ name }) => name === 'project')
  return {
    all: projects.map(({ value }) => value),
    chosen: projects.filter(({ checked }) => checked).map(({ value }) => value),
  }
}

describe('a client that names projects', () => {
  it('RAR-05 sees the person offered these alone, and chosen already', async () => {
    const box = withThree()
    const { all, chosen } = await offered(box, named('alpha', 'delta'))
    expect([all, chosen]).toEqual([
      ['alpha', 'delta'],
      ['alpha', 'delta'],
    ])
  })

  it('is not told whether the person has one of them: there is nothing to choose then', async () => {
    const box = testProvider()
    const attempt = await openAttempt(box, await register(box), named('gamma'))
    expect(attempt.page.status).toBe(200)
    expect(() => formOf(attempt.page, ['decision', 'approve'])).toThrow(/no such form/)
    const denied = await decide(attempt.browser, attempt, 'deny')
    expect(denied.response.get('error')).toBe('access_denied')
  })

  it('RAR-03 is told which it got, and the person may take one away', async () => {
    const box = withThree()
    const client = await register(box)
    const attempt = await openAttempt(box, client, named('alpha', 'delta'))
    const callback = await approve(attempt.browser, attempt, { project: ['delta'] })
    const answer = await exchange(box, callback)
    expect(detailsOf(answer.body)).toEqual(granted('delta'))
    const { access_token } = tokensOf(answer)
    expect((await call(box, access_token, '/api/projects/delta/items')).status).toBe(200)
    expect((await call(box, access_token)).status).toBe(403)
  })

  it('RAR-04 a form cannot add another, nor all', async () => {
    const box = withThree({ projects: null })
    const open = testProvider({
      projects: { label: 'workspace', choose: 'all', list: box.host.projects },
      entitlements: box.host.entitlements,
    })
    const client = await register(open)
    const forged = async (changes: Readonly<Record<string, string | readonly string[]>>) => {
      const attempt = await openAttempt(open, client, named('alpha'))
      return approve(attempt.browser, attempt, changes)
    }
    for (const changes of [{ project: ['beta'] }, { project: [], projects: 'all' }]) {
      const { url } = await forged(changes)
      expect(responseOf(url).get('code')).toBeNull()
    }
    const answer = await exchange(open, await forged({ project: ['alpha', 'beta'] }))
    expect(detailsOf(answer.body)).toEqual(granted('alpha'))
  })

  it('RAR-06 RAR-03 keeps them when it refreshes, and RAR-04 may ask for fewer, never for more', async () => {
    const box = withThree()
    const { client, tokens } = await connect(box, { params: named('alpha', 'delta') })
    const whole = await refresh(box, client, tokens.refresh_token)
    expect(detailsOf(whole.body)).toEqual(granted('alpha', 'delta'))
    const less = await refresh(box, client, tokensOf(whole).refresh_token, named('delta'))
    expect(detailsOf(less.body)).toEqual(granted('delta'))
    expect((await call(box, tokensOf(less).access_token)).status).toBe(403)
    const more = await refresh(box, client, tokensOf(less).refresh_token, named('delta', 'beta'))
    expect([more.status, more.body.error]).toEqual([400, 'invalid_authorization_details'])
    // A refusal used nothing up, and less for once is not less for good.
    const again = await refresh(box, client, tokensOf(less).refresh_token)
    expect(detailsOf(again.body)).toEqual(granted('alpha', 'delta'))
  })

  it('RAR-04 the same question within the retry window gets the same token, and another one another', async () => {
    const box = withThree()
    const { client, tokens } = await connect(box, { params: named('alpha', 'delta') })
    const ask = async (params: Params) =>
      tokensOf(await refresh(box, client, tokens.refresh_token, params)).access_token
    const [one, same, other] = [await ask(named('alpha')), await ask(named('alpha')), await ask(named('delta'))]
    expect(same).toBe(one)
    expect(other).not.toBe(one)
    expect((await call(box, other)).status).toBe(403)
    expect((await call(box, one)).status).toBe(200)
  })

  it('RAR-04 may ask for fewer with its code, which uses nothing up when it asks for more', async () => {
    const box = withThree()
    const client = await register(box)
    const attempt = await openAttempt(box, client, named('alpha', 'delta'))
    const callback = await approve(attempt.browser, attempt)
    const more = await exchange(box, callback, named('beta'))
    expect([more.status, more.body.error]).toEqual([400, 'invalid_authorization_details'])
    const less = await exchange(box, callback, named('alpha'))
    expect(detailsOf(less.body)).toEqual(granted('alpha'))
    expect(detailsOf((await refresh(box, client, tokensOf(less).refresh_token)).body)).toEqual(
      granted('alpha', 'delta'),
    )
  })

  it('TOK-07 others are told nothing of it, unless they ask when they refresh', async () => {
    const box = withThree()
    const { client, tokens } = await connect(box, { changes: { project: ['alpha', 'beta'] } })
    expect(tokens).not.toHaveProperty('authorization_details')
    const answer = await refresh(box, client, tokens.refresh_token, named('beta'))
    expect(detailsOf(answer.body)).toEqual(granted('beta'))
  })

  it('RAR-02 with a scope gets both', async () => {
    const box = withThree()
    const { tokens } = await connect(box, { params: { ...named('alpha'), scope: 'project:read' } })
    expect(tokens).toMatchObject({ scope: 'project:read', authorization_details: granted('alpha') })
  })

  it.each<readonly [string, Params]>([
    ['malformed JSON', { authorization_details: '[' }],
    ['an unknown type', { authorization_details: '[{"type":"payment"}]' }],
    [
      'RAR-02 a location that is none of the resources',
      {
        authorization_details: JSON.stringify([
          { type: 'project', identifier: 'alpha', locations: ['https://app.example/mcp'] },
        ]),
      },
    ],
  ])('RAR-01 is sent back with invalid_authorization_details for %s', async (_name, params) => {
    const box = testProvider()
    const browser = openBrowser(box)
    await signIn(browser, 'alice')
    const { page, state } = await authorize(browser, await register(box), params)
    const response = responseOf(page.url)
    expect([response.get('error'), response.get('state'), response.get('iss')]).toEqual([
      'invalid_authorization_details',
      state,
      box.issuer,
    ])
  })

  it('RAR-02 may say at which of the resources', async () => {
    const box = testProvider()
    const details = [{ type: 'project', identifier: 'alpha', locations: [box.api] }]
    const { tokens } = await connect(box, { params: { authorization_details: JSON.stringify(details) } })
    expect(detailsOf({ ...tokens })).toEqual(granted('alpha'))
  })

  it('RAR-01 is refused in a host without projects', async () => {
    const box = testProvider({ projects: null })
    const browser = openBrowser(box)
    await signIn(browser, 'alice')
    const { page } = await authorize(browser, await register(box), named('alpha'))
    expect(responseOf(page.url).get('error')).toBe('invalid_authorization_details')
  })

  it('RAR-01 DCR-17 is refused what it has not registered', async () => {
    const box = testProvider()
    const client = await register(box, { ...publicClient, authorization_details_types: ['payment'] })
    expect(client).toMatchObject({ authorization_details_types: [] })
    const { page } = await openAttempt(box, client, named('alpha'))
    expect(responseOf(page.url).get('error')).toBe('invalid_authorization_details')
    const other = await register(box, { ...publicClient, authorization_details_types: ['project', 'payment'] })
    expect(other).toMatchObject({ authorization_details_types: ['project'] })
  })

  it('a client that is pinned to other projects is refused', async () => {
    const box = testProvider()
    const client = await registerManually(box, publicClient, { policy: { projects: ['beta'] } })
    const { page } = await openAttempt(box, client, named('alpha'))
    expect(responseOf(page.url).get('error')).toBe('invalid_authorization_details')
  })
})

describe('a remembered consent', () => {
  const again = async (box: TestProvider, first: Params, second: Params, changes = {}) => {
    const { client, browser } = await connect(box, { metadata: confidentialClient, params: first, changes })
    const attempt = await authorize(browser, client, second)
    if (attempt.page.status !== null) return null
    const callback = { ...attempt, url: attempt.page.url, response: responseOf(attempt.page.url) }
    return exchange(box, callback)
  }

  it('for several brings the one that is asked for, and no other', async () => {
    const box = withThree()
    const answer = await again(box, named('alpha', 'delta'), named('delta'))
    expect(answer && detailsOf(answer.body)).toEqual(granted('delta'))
    expect((await call(box, answer ? tokensOf(answer).access_token : '')).status).toBe(403)
  })

  it('for one does not answer for another', async () => {
    expect(await again(withThree(), named('alpha'), named('alpha', 'delta'))).toBeNull()
  })
})

describe('a client of a grant for all', () => {
  it('RAR-04 may name any of the person, and nobody else’s', async () => {
    const host = testProvider().host
    const box = testProvider({
      projects: { label: 'workspace', choose: 'all', list: host.projects },
      // A host that answers for whatever it is asked.
      entitlements: () => ['project:admin'],
    })
    const { client, tokens } = await connect(box, { changes: { projects: 'all', project: [] } })
    const one = await refresh(box, client, tokens.refresh_token, named('beta'))
    expect(detailsOf(one.body)).toEqual(granted('beta'))
    expect((await call(box, tokensOf(one).access_token)).status).toBe(403)
    const stranger = await refresh(box, client, tokensOf(one).refresh_token, named('gamma'))
    expect([stranger.status, stranger.body.error]).toEqual([400, 'invalid_grant'])
  })
})

describe('a client that acts for itself', () => {
  it('RAR-04 may ask for fewer of its projects, never for more', async () => {
    const box = testProvider()
    const client = await registerManually(
      box,
      { client_name: 'Import', grant_types: ['client_credentials'], token_endpoint_auth_method: 'client_secret_basic' },
      { policy: { scope: ['project:read'], projects: ['alpha', 'beta'] } },
    )
    const ask = (params: Params) =>
      postAs(box, '/oauth/token', client, { grant_type: 'client_credentials', resource: box.api, ...params })
    const less = await ask(named('beta'))
    expect(detailsOf(less.body)).toEqual(granted('beta'))
    expect((await call(box, tokensOf(less).access_token)).status).toBe(403)
    expect((await ask(named('gamma'))).body.error).toBe('invalid_authorization_details')
  })
})

describe('a device that names projects', () => {
  it('RAR-03 RAR-05 RAR-06 gets those of them that are chosen, and is told', async () => {
    const box = withThree()
    const client = await register(box, deviceClient)
    const codes = await deviceCodes(box, client, { resource: box.api, ...named('alpha', 'delta') })
    const { browser, page } = await claimed(box, codes.user_code)
    const { fields } = formOf(page, ['decision', 'approve'])
    expect(fields.filter(({ name }) => name === 'project').map(({ value }) => value)).toEqual(['alpha', 'delta'])
    await approveDevice(browser, page, { project: ['delta'] })
    const answer = await poll(box, client, codes.device_code)
    expect(detailsOf(answer.body)).toEqual(granted('delta'))
    expect(detailsOf((await refresh(box, client, tokensOf(answer).refresh_token)).body)).toEqual(granted('delta'))
  })

  it('RAR-01 is refused what is malformed, at once', async () => {
    const box = testProvider()
    const answer = await requestCodes(box, await register(box, deviceClient), {
      resource: box.api,
      authorization_details: '{',
    })
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_authorization_details'])
  })
})

describe('what is said of it', () => {
  it('MD-21 PRM-08 in the metadata of the server and of its resources', async () => {
    const box = testProvider()
    for (const path of ['oauth-authorization-server', 'oauth-protected-resource/api'])
      expect((await send(box, `/.well-known/${path}`)).body.authorization_details_types_supported).toEqual(['project'])
    const without = testProvider({ projects: null })
    const { body } = await send(without, '/.well-known/oauth-authorization-server')
    expect(body).not.toHaveProperty('authorization_details_types_supported')
  })

  it('LOG-02 in the grant and the audit log, as projects', async () => {
    const box = withThree()
    const { client } = await connect(box, { params: named('delta') })
    const [listed] = (await box.provider.grants.list({ clientId: client.client_id as ClientId })).items
    expect(listed?.grant.projects).toEqual(['delta'])
    expect(box.events.find(({ type }) => type === 'grant.created')?.data).toMatchObject({ projects: ['delta'] })
  })
})
