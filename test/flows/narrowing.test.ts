import type { Subject } from 'grantor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases, type TestDatabase } from '../support/databases.js'
import { connect, refresh, tokensOf } from '../support/flow.js'
import { type App, startApp } from './support/app.js'
import { statusOf } from './support/grants.js'

const list = '/settings/connected-apps'
const both = { params: { scope: 'project:write' }, changes: { project: ['alpha', 'beta'] } }
const post = { method: 'POST' }
const alice = 'alice' as Subject

describe.each(Object.entries(databases))('what a person takes away, over HTTP: %s', (_, open) => {
  let database: TestDatabase
  let app: App
  beforeAll(async () => {
    database = await open()
    app = await startApp({ storage: database.storage })
  })
  afterAll(async () => {
    await app?.close()
    await database?.close()
  })

  const connected = async () => {
    const connection = await connect(app, both)
    const page = await connection.browser.open(list)
    const href = page.html.match(/change\?grant=([^"]+)"/)?.[1] ?? ''
    return { ...connection, page, grant: decodeURIComponent(href) }
  }

  it('a narrowed grant holds less with the very next request and refresh', async () => {
    const { browser, client, tokens, grant } = await connected()
    expect(await statusOf(app, tokens.access_token, post)).toBe(200)
    const page = await browser.open(`${list}/change?grant=${grant}`)
    await browser.submit(page, { scope: 'project:read', project: 'alpha' }, ['scope', 'project:read'])
    expect(await statusOf(app, tokens.access_token, post)).toBe(403)
    expect(await statusOf(app, tokens.access_token)).toBe(200)
    const next = tokensOf(await refresh(app, client, tokens.refresh_token))
    expect(next.scope).toBe('project:read')
    expect(await statusOf(app, next.access_token, post)).toBe(403)
    expect(await statusOf(app, next.access_token)).toBe(200)
    await app.provider.grants.revokeAll({ subject: alice })
  })

  it('two browsers that take different things away at once both get their way', async () => {
    const { browser, tokens, grant } = await connected()
    const page = await browser.open(`${list}/change?grant=${grant}`)
    const form = ['scope', 'project:read'] as const
    await Promise.all([
      browser.submit(page, { scope: 'project:read' }, form),
      browser.submit(page, { project: 'alpha' }, form),
    ])
    const { items } = await app.provider.grants.list({ subject: alice })
    expect(items.map(({ grant: { scope, projects } }) => ({ scope, projects }))).toEqual([
      { scope: ['project:read'], projects: ['alpha'] },
    ])
    expect(await statusOf(app, tokens.access_token, post)).toBe(403)
    await app.provider.grants.revokeAll({ subject: alice })
  })

  it.each([
    ['one', 'revoke', { twin: 200, other: 200 }],
    ['all of an app', 'revoke_client', { twin: 401, other: 200 }],
    ['everything', 'revoke_all', { twin: 401, other: 401 }],
  ] as const)('REF-15 disconnecting %s kills every token at once', async (_, action, left) => {
    const { browser, client, tokens, grant } = await connected()
    const newer = tokensOf(await refresh(app, client, tokens.refresh_token))
    // The same app on another machine, and another app.
    const [twin, other] = [await connect(app, { ...both, client }), await connect(app, both)]
    const page = await browser.open(list)
    await browser.submit(page, { action }, action === 'revoke' ? ['grant', grant] : ['action', action])
    expect(await statusOf(app, tokens.access_token)).toBe(401)
    expect(await statusOf(app, newer.access_token)).toBe(401)
    const refused = await refresh(app, client, newer.refresh_token ?? '')
    expect([refused.status, refused.body.error]).toEqual([400, 'invalid_grant'])
    expect(await statusOf(app, twin.tokens.access_token)).toBe(left.twin)
    expect(await statusOf(app, other.tokens.access_token)).toBe(left.other)
    await app.provider.grants.revokeAll({ subject: alice })
  })
})
