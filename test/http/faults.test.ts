import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Refusal } from 'grantor'
import { listener } from 'grantor/node'
import { pages } from 'grantor/pages'
import { describe, expect, it } from 'vitest'
import { openBrowser } from '../support/browser.js'
import { authorize, connect, post, refresh, register, send } from '../support/flow.js'
import { testProvider } from '../support/provider.js'

describe('a host whose own code fails', () => {
  it('an error page that throws becomes JSON, and is told to the host', async () => {
    const broken = {
      ...pages({ name: 'Acme' }),
      error: () => {
        throw new Error('no template')
      },
    }
    const box = testProvider({ pages: broken })
    const answer = await send(box, '/oauth/authorize?client_id=nobody')
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request'])
    expect(String(box.errors[0])).toContain('no template')
  })

  it('a login that is no URL is a fault here, not a broken header', async () => {
    const box = testProvider({ login: (returnTo) => `/login?next=${returnTo}\r\nx: y` })
    const client = await register(box)
    const { page } = await authorize(openBrowser(box), client)
    expect(page.status).toBe(500)
  })

  it('an address that throws refuses, in the form that the caller reads', async () => {
    const box = testProvider({
      address: () => {
        throw new Error('no socket')
      },
    })
    const answer = await post(box, '/oauth/token', { grant_type: 'client_credentials' })
    expect([answer.status, answer.body.error, answer.headers.get('access-control-allow-origin')]).toEqual([
      500,
      'server_error',
      '*',
    ])
    const page = await send(box, '/settings/connected-apps', { headers: { 'x-user': 'alice' } })
    expect([page.status, page.text.startsWith('<!doctype html>')]).toEqual([500, true])
    expect(box.errors.map(String)).toEqual(Array(2).fill('Error: no socket'))
  })

  it('a fallback that throws is answered 500, and the process lives on', async () => {
    const box = testProvider()
    const server = createServer(
      listener(box.provider as never, () => {
        throw new Error('the app fails')
      }),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const answer = await fetch(`http://127.0.0.1:${port}/elsewhere`)
    expect([answer.status, await answer.json()]).toEqual([500, { error: 'server_error' }])
    await new Promise((resolve) => server.close(resolve))
  })

  it('a method that is the name of a built-in member is no method', async () => {
    const box = testProvider()
    for (const method of ['constructor', 'valueOf', 'toString'])
      expect(
        (
          await box.provider.handle(
            { method, url: '/oauth/token', headers: new Headers(), text: async () => '' },
            new Request(box.issuer),
          )
        )?.status,
      ).toBe(405)
  })
})

describe('why a request was refused', () => {
  it('is told to the host, with a stable reason and an id, and not to the sender', async () => {
    const refusals: Refusal[] = []
    const box = testProvider({ onRefusal: (refusal) => refusals.push(refusal) })
    const { client, tokens } = await connect(box)
    await refresh(box, client, 'grantor_rt_nonsense')
    await post(box, '/oauth/token', {
      grant_type: 'refresh_token',
      client_id: 'nobody',
      refresh_token: tokens.refresh_token,
    })
    await send(box, '/api/projects/alpha/items', { headers: { authorization: 'Bearer junk' } })
    await authorize(openBrowser(box), client, { scope: 'bogus' })
    expect(refusals.map(({ reason }) => reason)).toEqual([
      'refresh_token.unknown',
      'client.unknown',
      'access_token.malformed',
      'scope.none_grantable',
    ])
    expect(refusals.every(({ requestId, status }) => requestId.length > 10 && status >= 400)).toBe(true)
  })
})
