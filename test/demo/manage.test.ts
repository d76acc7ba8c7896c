import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestDemo, type TestDemo } from '../support/demo.js'
import type { Browser } from './browser.js'
import { connect, signIn } from './connect.js'

let demo: TestDemo
let alice: Browser
let bob: Browser

beforeAll(async () => {
  demo = await startTestDemo()
  alice = await signIn(demo, 'alice')
  bob = await signIn(demo, 'bob')
})
afterAll(() => demo.stop())

/** A script of one of the demo's own pages. */
const ask = async (browser: Browser, method: string, path: string, body?: unknown) => {
  const response = await browser.request(`${demo.issuer}/oauth/manage${path}`, {
    method,
    headers: { origin: demo.issuer, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
}

const ledger = { client_name: 'Ledger', redirect_uris: ['https://ledger.example/callback'] }

describe('looking after clients in JSON', () => {
  it('works for alice by session', async () => {
    const made = await ask(alice, 'POST', '/clients', { ...ledger, account_id: 'acme' })
    expect([made.status, made.body]).toMatchObject([
      201,
      { registration: 'manual', account_id: 'acme', client_secret: expect.any(String) },
    ])
    const path = `/clients/${made.body.client_id}`
    expect((await ask(alice, 'PATCH', path, { client_name: 'Ledger 2' })).body).toMatchObject({
      client_name: 'Ledger 2',
    })
    expect((await ask(alice, 'POST', `${path}/secret`)).body.client_secret).not.toBe(made.body.client_secret)
    expect((await ask(alice, 'POST', `${path}/disable`)).body.disabled_at).toBeGreaterThan(0)
    expect((await ask(alice, 'POST', `${path}/enable`)).body.disabled_at).toBeNull()
    expect((await ask(alice, 'GET', '/clients?search=ledger')).body.items).toHaveLength(1)
    expect((await ask(bob, 'GET', path)).status).toBe(404)
    expect((await ask(alice, 'DELETE', path)).status).toBe(204)
    expect((await ask(alice, 'GET', '/audit?type=client.deleted')).body.items[0]).toMatchObject({
      actor: { type: 'admin', id: 'alice' },
      client_id: made.body.client_id,
    })
  })

  it('works for a program with alice’s word, and with nobody else’s', async () => {
    const by = async (person: string, project: string) => {
      const token = await connect(demo, { person, projects: [project], scope: 'project:read oauth:admin' })
      return fetch(`${demo.issuer}/oauth/manage/clients`, {
        headers: { authorization: `Bearer ${token.access_token}` },
      })
    }
    expect((await by('alice', 'alpha')).status).toBe(200)
    expect((await by('bob', 'gamma')).status).toBe(403)
    expect((await by('carol', 'alpha')).status).toBe(403)
  })

  it('lets bob have apps of his own, which are never for deleting', async () => {
    const made = await ask(bob, 'POST', '/clients', { ...ledger, client_name: 'Bob’s own' })
    expect([made.status, made.body]).toMatchObject([
      201,
      { registration: 'user', owner_id: 'bob', account_id: 'globex' },
    ])
    expect((await ask(bob, 'GET', '/clients')).body.items).toHaveLength(1)
    expect((await ask(bob, 'GET', '/audit')).status).toBe(403)
  })

  it('tells bob that alice’s app for acme is not for him', async () => {
    const { body } = await ask(alice, 'POST', '/clients', { ...ledger, client_name: 'For acme', account_id: 'acme' })
    const url = new URL(`${demo.issuer}/oauth/authorize`)
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: body.client_id,
      redirect_uri: ledger.redirect_uris[0]!,
      code_challenge: 'A'.repeat(43),
      code_challenge_method: 'S256',
    }).toString()
    const page = await bob.open(url)
    expect([page.status, page.text]).toEqual([403, expect.stringContaining('another account')])
    expect((await alice.open(url)).status).toBe(200)
  })

  it('shows alice what was approved, and bob his own', async () => {
    await connect(demo, { person: 'bob', projects: ['gamma'] })
    const mine = (await ask(bob, 'GET', '/grants')).body.items
    expect(mine.map((one: { subject: string }) => one.subject)).toEqual(expect.arrayContaining(['bob']))
    expect((await ask(alice, 'GET', '/grants?subject=bob')).body.items).toHaveLength(mine.length)
    expect((await ask(bob, 'DELETE', `/grants/${mine[0].grant_id}`)).status).toBe(204)
  })
})
