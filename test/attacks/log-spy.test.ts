import { inspect } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openEars } from '../support/ears.js'
import {
  approve,
  authorize,
  basic,
  call,
  confidentialClient,
  connect,
  decide,
  exchange,
  openAttempt,
  post,
  publicClient,
  refresh,
  revoke,
} from '../support/flow.js'
import { registerManually, type TestOptions, type TestProvider, testProvider } from '../support/provider.js'

const channels = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir', 'table'] as const

afterEach(() => {
  vi.restoreAllMocks()
})

async function everything(box: TestProvider): Promise<void> {
  for (const metadata of [
    publicClient,
    confidentialClient,
    { ...confidentialClient, token_endpoint_auth_method: 'client_secret_post' },
  ]) {
    const { client, tokens, browser, callback } = await connect(box, { metadata })
    await call(box, tokens.access_token)
    await call(box, tokens.refresh_token)
    await call(box, `${tokens.access_token}x`)
    await call(box, tokens.access_token, '/api/projects/beta/items')
    const answers = [await refresh(box, client, tokens.refresh_token), await refresh(box, client, tokens.refresh_token)]
    const next = String(answers[0]?.body.refresh_token)
    await refresh(box, client, next, { scope: 'project:read' })
    await refresh(box, client, tokens.refresh_token)
    await refresh(box, client, tokens.access_token)
    await exchange(box, callback)
    await exchange(box, callback, { code_verifier: 'w'.repeat(43) })
    await exchange(box, callback, { code: next })
    await revoke(box, client, tokens.access_token)
    await revoke(box, client, next)
    await post(box, '/oauth/token', { grant_type: next, client_id: client.client_id })
    await post(
      box,
      '/oauth/token',
      { grant_type: 'refresh_token', refresh_token: next },
      { authorization: basic(client.client_id, next) },
    )
    const again = await authorize(browser, client, { prompt: 'consent' })
    await decide(browser, again, 'deny')
    await browser.open('/settings/connected-apps')
    await browser.submit(await authorize(browser, client, { prompt: 'consent' }).then(({ page }) => page), {
      csrf: 'A'.repeat(43),
    })
  }
}

async function breakages(box: TestProvider): Promise<void> {
  const { client, tokens } = await connect(box)
  for (const [method, when] of [
    ['commit', 'before'],
    ['commit', 'after'],
    ['findToken', 'before'],
  ] as const) {
    box.storage.inject({ method, how: 'throw', when })
    await refresh(box, client, tokens.refresh_token)
  }
  box.storage.inject({ method: 'findToken', how: 'throw' })
  await call(box, tokens.access_token)
  const attempt = await openAttempt(box, client)
  box.storage.inject({ method: 'commit', how: 'throw' })
  await attempt.browser.submit(attempt.page, { decision: 'approve', project: 'alpha' })
  await exchange(box, await approve(attempt.browser, attempt))
  const reusing = await registerManually(box, confidentialClient, { policy: { rotation: 'reuse' } })
  const reused = await connect(box, { client: reusing })
  await refresh(box, reusing, reused.tokens.refresh_token)
}

describe('21.9 somebody who reads along', () => {
  it('S-233 LOG-01 finds no secret in events, errors, the console, refusals or the database', async () => {
    const said: string[] = []
    for (const channel of channels)
      vi.spyOn(console, channel).mockImplementation(
        (...args: readonly unknown[]) => void said.push(inspect(args, { depth: 9 })),
      )
    const ears = openEars()
    const events: unknown[] = []
    const inner = testProvider({ pepper: [new Uint8Array(32).fill(9)], onEvent: (event) => events.push(event) })
    const box = ears.listen(inner)
    await everything(box)
    await breakages(box)
    await inner.provider.close()

    // Enough of everything was said for silence to mean something.
    expect(ears.secrets.size).toBeGreaterThan(60)
    expect(ears.heardIn([...ears.secrets].join(' ')).length).toBe(ears.secrets.size)
    expect(events.length).toBeGreaterThan(20)
    expect(inner.errors.length).toBeGreaterThan(4)
    expect(inner.storage.calls.length).toBeGreaterThan(100)
    const places = {
      events: inspect(events, { depth: 20, maxArrayLength: null, maxStringLength: null }),
      errors: inspect(inner.errors, { depth: 20, maxArrayLength: null }),
      console: said.join('\n'),
      refusals: ears.refusals.join('\n'),
      database: JSON.stringify(inner.storage.calls),
    }
    const leaks = Object.entries(places).map(([place, text]) => [place, ears.heardIn(text)])
    expect(leaks).toEqual(Object.keys(places).map((place) => [place, []]))
  })

  it('S-233 GEN-23 the console hears of an outage when the host has no ear for it, and of no secret', async () => {
    const said: string[] = []
    vi.spyOn(console, 'error').mockImplementation((...args) => void said.push(inspect(args, { depth: 9 })))
    const ears = openEars()
    const box = ears.listen(testProvider({ onError: undefined } as unknown as TestOptions))
    await breakages(box)
    expect(said.length).toBeGreaterThan(3)
    expect(ears.heardIn(said.join('\n'))).toEqual([])
  })
})
