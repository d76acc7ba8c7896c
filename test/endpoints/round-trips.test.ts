import { describe, expect, it } from 'vitest'
import { openBrowser, signIn } from '../support/browser.js'
import {
  approve,
  authorize,
  call,
  confidentialClient,
  exchange,
  openAttempt,
  publicClient,
  refresh,
  register,
  revoke,
  tokensOf,
} from '../support/flow.js'
import { testProvider } from '../support/provider.js'

/** What a request costs the database. */
describe.each([
  ['a public client', publicClient],
  ['a confidential client', confidentialClient],
])('round trips for %s', (_name, metadata) => {
  it('are the fewest that can be', async () => {
    const box = testProvider()
    const trips = async <T>(request: () => Promise<T>) => {
      box.storage.reset()
      const answer = await request()
      return [answer, box.storage.trips()] as const
    }
    const client = await register(box, metadata)
    const browser = openBrowser(box)
    await signIn(browser, 'alice')

    const [attempt, opened] = await trips(() => authorize(browser, client))
    // The authorization endpoint, and after the redirect the page, with what the client holds already.
    expect(opened).toEqual(['findClient', 'commit', 'findToken', 'listGrants'])

    const [callback, approved] = await trips(() => approve(browser, attempt))
    expect(approved).toEqual(['findToken', 'listGrants', 'commit'])

    const [exchanged, redeemed] = await trips(() => exchange(box, callback))
    expect(redeemed).toEqual(['findToken', 'commit'])
    const tokens = tokensOf(exchanged)

    const [, guarded] = await trips(() => call(box, tokens.access_token))
    expect(guarded).toEqual(['findToken'])

    const [refreshed, rotated] = await trips(() => refresh(box, client, tokens.refresh_token))
    expect(rotated).toEqual(['findToken', 'commit'])

    const [, retried] = await trips(() => refresh(box, client, tokens.refresh_token))
    expect(retried).toEqual(['findToken', 'findToken', 'findToken'])

    const [, revoked] = await trips(() => revoke(box, client, tokensOf(refreshed).refresh_token))
    expect(revoked).toEqual(['findToken', 'commit'])
  })

  it('are none for what cannot be a secret of ours', async () => {
    const box = testProvider()
    const client = await register(box, metadata)
    box.storage.reset()
    await call(box, 'rubbish')
    await call(box, `grantor_at_${'A'.repeat(49)}`)
    expect(box.storage.trips()).toEqual([])
    await refresh(box, client, `grantor_rt_${'A'.repeat(49)}`)
    await revoke(box, client, 'rubbish')
    expect(box.storage.trips()).toEqual(['findClient', 'findClient'])
  })

  it('of the page of an interaction are at most two', async () => {
    const box = testProvider()
    const { browser, page } = await openAttempt(box, await register(box, metadata))
    box.storage.reset()
    await browser.open(page.url)
    expect(box.storage.trips().length).toBeLessThanOrEqual(2)
    expect(box.storage.commits()).toEqual([])
  })
})
