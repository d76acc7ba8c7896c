import { expect } from 'vitest'
import type { Browser } from '../../support/browser.js'
import { responseOf } from '../../support/flow.js'
import type { App } from './app.js'
import { listTools, type Message } from './messages.js'
import type { RecordedClient } from './recorded-client.js'
import type { replay } from './replay.js'

/** From getting in to a call, as this client does it; alice approves the project alpha. */
export async function live(
  { provider }: App,
  browser: Browser,
  recorded: RecordedClient,
  as: ReturnType<typeof replay>,
  message: Message = listTools,
) {
  const client = await as.register()
  expect(client.answer).toMatchObject({ redirect_uris: recorded.registration.redirect_uris, ...recorded.registered })
  expect(client.secret === undefined).toBe(['none', 'private_key_jwt'].includes(recorded.authentication))

  const { page, verifier, state } = await as.authorize(client, browser)
  const decision = { decision: 'approve', project: 'alpha' }
  // One that can prove who it is is asked about once.
  const left = page.status === null ? page : await browser.submit(page, decision, ['decision', 'approve'])
  expect(left.url.startsWith(`${recorded.redirectUri}?`)).toBe(true)
  const response = responseOf(left.url)
  expect([response.get('state'), response.get('iss'), response.get('error')]).toEqual([state, provider.issuer, null])

  const first = await as.exchange(client, response.get('code') ?? '', verifier)
  expect([first.status, first.body.scope]).toEqual([200, recorded.scope])
  expect((await as.call(first.body.access_token, message)).status).toBe(200)
  expect('refresh_token' in first.body).toBe(recorded.refresh !== null)
  return { as, client, first }
}
