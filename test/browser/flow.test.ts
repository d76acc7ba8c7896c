import type { ClientId, Subject } from 'grantor'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestDemo, type TestDemo } from '../support/demo.js'
import { tokensOf } from '../support/flow.js'
import { follow, gone, shows } from './support/arrivals.js'
import { describeInChromium } from './support/chromium.js'
import { type Asked, ask, askAs, button, openConsent, redeem, signIn } from './support/consent.js'
import { clickTwice, newGate } from './support/double-click.js'
import { type Elsewhere, startElsewhere, startProvider } from './support/servers.js'

describeInChromium('a person with a browser', (open) => {
  let demo: TestDemo
  let client: Elsewhere
  beforeAll(async () => {
    ;[demo, client] = await Promise.all([startTestDemo(), startElsewhere()])
  })
  afterAll(() => {
    demo.stop()
    client.stop()
  })

  const request = () => askAs(demo.issuer, { redirect_uris: [`${client.url}/callback`] })
  const answersTo = ({ redirectUri }: Asked, from: number) =>
    client.visits.slice(from).filter(({ href }) => href.startsWith(redirectUri))
  const grantsOf = async ({ client: { client_id } }: Asked) =>
    (await demo.provider.grants.list({ clientId: client_id as ClientId })).items

  describe.each([
    ['with scripts', true],
    ['without scripts', false],
  ])('%s', (_, javaScriptEnabled) => {
    const profile = async () => (await open({ javaScriptEnabled })).newPage()
    const connect = async (person: string): Promise<Page> => {
      const page = await profile()
      await page.goto(demo.reporter)
      await follow(button(page, 'Connect'))
      await signIn(page, person)
      await page.waitForURL('**/oauth/interaction?**')
      return page
    }

    it('CON-01 connects the sample client to one project, with fewer scopes and no session that is kept alive', async () => {
      const page = await connect('alice')
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Acme Reporter wants access to Quarry')
      for (const text of ['Signed in as Alice', '127.0.0.1', 'this app registered itself', 'Quarry API'])
        expect(await shows(page.getByText(text).first())).toBe(true)
      // What "Add items" brings along has no box of its own until "Add items" is given up.
      const read = page.getByRole('checkbox', { name: 'See projects and read their items' })
      expect(await gone(read)).toBe(true)
      await page.getByRole('checkbox', { name: 'Add items' }).uncheck()
      expect(await read.isChecked()).toBe(true)
      await page.getByRole('checkbox', { name: 'Alpha' }).check()
      await page.getByRole('checkbox', { name: 'Keep connected' }).uncheck()
      await follow(button(page, 'Approve'))
      await page.waitForURL(`${demo.reporter}/`)
      const told = await page.locator('main').textContent()
      expect(told).toContain('Connected.')
      expect(told).toMatch(/"access_token": "grantor_at_/)
      expect(told).toContain('"scope": "project:read"')
      expect(told).not.toContain('refresh_token')
      expect(told).toContain('Items of alpha')
      expect(told).not.toContain('Items of beta')
    })

    it('tells the client that the person refused', async () => {
      const page = await connect('bob')
      await follow(button(page, 'Deny'))
      await page.waitForURL(`${demo.reporter}/`)
      expect(await page.getByRole('status').textContent()).toContain('access_denied')
      expect((await demo.provider.grants.list({ subject: 'bob' as Subject })).items).toEqual([])
    })

    it('says what is missing when no project was chosen, and goes on from there', async () => {
      const page = await profile()
      const asked = await request()
      await openConsent(page, asked.url)
      await page.getByRole('checkbox', { name: 'Add items' }).uncheck()
      await page.getByRole('checkbox', { name: 'Keep connected' }).uncheck()
      await page.getByLabel('Name this connection').fill('my laptop')
      await follow(button(page, 'Approve'))
      expect(await page.getByRole('alert').textContent()).toContain('Choose where the app may work')
      expect(await page.getByRole('checkbox', { name: 'Add items' }).isChecked()).toBe(false)
      expect(await page.getByRole('checkbox', { name: 'Keep connected' }).isChecked()).toBe(false)
      expect(await page.getByLabel('Name this connection').inputValue()).toBe('my laptop')
      await page.getByRole('checkbox', { name: 'Beta' }).check()
      await follow(button(page, 'Approve'))
      await page.waitForURL('**/callback?**')
      const { body } = await redeem(asked, client.visits.at(-1)!)
      expect(body).toMatchObject({ scope: 'project:read' })
      expect(body).not.toHaveProperty('refresh_token')
      const [granted] = await grantsOf(asked)
      expect([granted?.grant.projects, granted?.grant.details.label]).toEqual([['beta'], 'my laptop'])
    })

    it('AZ-22 S-035 gets one answer and one code for a double click', async () => {
      const gate = newGate()
      const slow = await startProvider({ pause: gate.pause })
      const asked = await askAs(slow.issuer, { redirect_uris: [`${client.url}/callback`] })
      const from = client.visits.length
      const page = await profile()
      await openConsent(page, asked.url)
      await page.getByRole('checkbox', { name: 'Alpha' }).check()
      await clickTwice(button(page, 'Approve'), gate)
      await page.waitForURL('**/callback?**')
      const answers = answersTo(asked, from)
      expect(answers).toHaveLength(1)
      expect(tokensOf(await redeem(asked, answers[0]!)).scope).toContain('project:write')
      expect(slow.events.filter(({ type }) => type === 'grant.created')).toHaveLength(1)
      slow.stop()
    })

    it('S-035 finds the page over when they go back after approving', async () => {
      const page = await connect('alice')
      await page.getByRole('checkbox', { name: 'Alpha' }).check()
      await follow(button(page, 'Approve'))
      await page.waitForURL(`${demo.reporter}/`)
      await page.goBack()
      expect(page.url()).toContain('/oauth/interaction?id=')
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('This page is no longer valid')
      expect(await button(page, 'Approve').count()).toBe(0)
    })

    it('decides two requests in two tabs, each for itself', async () => {
      const first = await request()
      const second = ask(demo.issuer, first.client, { state: 'the-other' })
      const from = client.visits.length
      const page = await profile()
      await openConsent(page, first.url)
      const other = await page.context().newPage()
      await other.goto(second.url)
      for (const [tab, project] of [
        [page, 'Alpha'],
        [other, 'Beta'],
      ] as const) {
        await tab.getByRole('checkbox', { name: project }).check()
        await follow(button(tab, 'Approve'))
        await tab.waitForURL('**/callback?**')
      }
      const answers = answersTo(first, from)
      expect(answers.map(({ searchParams }) => searchParams.get('state'))).toEqual(['a-state', 'the-other'])
      expect(tokensOf(await redeem(first, answers[0]!)).access_token).not.toBe('')
      expect(tokensOf(await redeem(second, answers[1]!)).access_token).not.toBe('')
      const granted = await grantsOf(first)
      expect(granted.map(({ grant }) => String(grant.projects)).toSorted()).toEqual(['alpha', 'beta'])
    })

    it('CON-14 S-035 decides one request once, though it is open in two tabs', async () => {
      const asked = await request()
      const from = client.visits.length
      const page = await profile()
      await openConsent(page, asked.url)
      const other = await page.context().newPage()
      await other.goto(page.url())
      for (const tab of [page, other]) await tab.getByRole('checkbox', { name: 'Alpha' }).check()
      await follow(button(page, 'Approve'))
      await page.waitForURL('**/callback?**')
      const [answer] = answersTo(asked, from)
      expect(tokensOf(await redeem(asked, answer!)).scope).toContain('project:write')
      await follow(button(other, 'Approve'))
      expect(await other.getByRole('heading', { level: 1 }).textContent()).toBe('This page is no longer valid')
      expect(await grantsOf(asked)).toHaveLength(1)
      expect(answersTo(asked, from)).toHaveLength(1)
    })

    it('CON-04 S-036 is refused, and told why, when somebody else has signed in meanwhile', async () => {
      const asked = await request()
      const from = client.visits.length
      const page = await profile()
      await openConsent(page, asked.url)
      const other = await page.context().newPage()
      await other.goto(`${demo.issuer}/login`)
      await signIn(other, 'carol')
      await page.getByRole('checkbox', { name: 'Alpha' }).check()
      await follow(button(page, 'Approve'))
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('You are signed in as somebody else now')
      expect(await shows(page.getByText('Go back to the app and start again.'))).toBe(true)
      expect(await grantsOf(asked)).toEqual([])
      expect(answersTo(asked, from)).toEqual([])
    })
  })
})
