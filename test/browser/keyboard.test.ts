import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { tokensOf } from '../support/flow.js'
import { follow, pressOn, shows } from './support/arrivals.js'
import { describeInChromium } from './support/chromium.js'
import { askAs, openConsent, redeem } from './support/consent.js'
import { type Elsewhere, startElsewhere, startProvider, type TestServer } from './support/servers.js'

/** What has the focus, and whether it shows. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement
    if (!element || element === document.body) return null
    const ringed = [element, element.closest('.choice')].filter((one) => one !== null)
    const labelled = element.closest('label') ?? document.querySelector(`label[for='${element.id}']`) ?? element
    const [label = ''] = labelled.textContent?.split(/(?=Here you can|The app can)/) ?? []
    const box = element.getBoundingClientRect()
    return {
      name: label.trim(),
      type: element.getAttribute('type') ?? element.localName,
      ring: ringed.some((one) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(one)
        return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
      }),
      inSight: box.top >= 0 && box.bottom <= innerHeight && box.width > 0,
    }
  })

type Stop = NonNullable<Awaited<ReturnType<typeof focused>>>

/** Everything that Tab comes to, in order, once through the page. */
async function stops(page: Page): Promise<Stop[]> {
  const found: Stop[] = []
  for (;;) {
    await page.keyboard.press('Tab')
    const stop = await focused(page)
    if (!stop || found.length > 50) return found
    found.push(stop)
  }
}

const names = (found: readonly Stop[]) => found.map(({ name }) => name)

describeInChromium('with a keyboard alone', (open) => {
  let box: TestServer
  let client: Elsewhere
  beforeAll(async () => {
    ;[box, client] = await Promise.all([startProvider(), startElsewhere()])
  })
  afterAll(() => {
    box.stop()
    client.stop()
  })

  async function consent(at: TestServer = box) {
    const page = await (await open()).newPage()
    const asked = await askAs(at.issuer, {
      redirect_uris: [`${client.url}/callback`],
      client_uri: 'https://reporter.example/',
    })
    await openConsent(page, asked.url)
    return { page, asked }
  }

  const answer = async (page: Page) => {
    await page.waitForURL('**/callback?**')
    return new URL(page.url())
  }

  it('Tab reaches everything on the consent page, in the order it is read, and the focus shows', async () => {
    const { page } = await consent()
    const found = await stops(page)
    expect(names(found)).toEqual([
      'reporter.example',
      'Alpha',
      'Beta',
      'Create and change things',
      'Keep connected',
      'Name this connection',
      'Deny',
      'Approve',
    ])
    expect(found.filter(({ ring, inSight }) => !ring || !inSight)).toEqual([])
  })

  it('Space chooses and unchooses, and what comes to light is reached', async () => {
    const { page, asked } = await consent()
    await page.getByRole('checkbox', { name: 'Beta' }).focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    expect(await focused(page)).toMatchObject({ name: 'See workspaces and read data', ring: true })
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    await page.keyboard.type('my laptop')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    expect(await focused(page)).toMatchObject({ name: 'Approve' })
    await pressOn(page, 'Enter')
    const { body } = await redeem(asked, await answer(page))
    expect(body).toMatchObject({ scope: 'project:read' })
    expect(body).not.toHaveProperty('refresh_token')
  })

  it('Space presses a button', async () => {
    const { page, asked } = await consent()
    await page.getByRole('checkbox', { name: 'Alpha' }).check()
    await page.getByRole('button', { name: 'Approve' }).focus()
    await pressOn(page, 'Space')
    expect(tokensOf(await redeem(asked, await answer(page))).scope).toContain('project:write')
  })

  it('arrow keys move between projects of which one can be chosen', async () => {
    const one = await startProvider({ projects: { label: 'workspace', choose: 'one', list: box.host.projects } })
    const { page } = await consent(one)
    await page.getByRole('radio', { name: 'Alpha' }).focus()
    await page.keyboard.press('ArrowDown')
    expect(await focused(page)).toMatchObject({ name: 'Beta', ring: true })
    expect(await page.getByRole('radio', { name: 'Beta' }).isChecked()).toBe(true)
    one.stop()
  })

  it('Enter in a field decides nothing, and keeps what was chosen', async () => {
    const { page, asked } = await consent()
    const before = page.url()
    const from = client.visits.length
    expect(await focused(page)).toBeNull()
    await page.keyboard.press('Enter')
    expect(page.url()).toBe(before)
    // In a field, Enter presses the first button of the form.
    await page.getByRole('checkbox', { name: 'Keep connected' }).uncheck()
    for (const field of ['Alpha', 'Create and change things', 'Keep connected', 'Name this connection']) {
      await page.getByRole('checkbox', { name: 'Alpha' }).check()
      await page.getByLabel(field).focus()
      await pressOn(page, 'Enter')
      expect(await page.getByRole('checkbox', { name: 'Alpha' }).isChecked()).toBe(true)
      expect(await page.getByRole('checkbox', { name: 'Keep connected' }).isChecked()).toBe(false)
    }
    expect(client.visits.slice(from)).toEqual([])
    await follow(page.getByRole('button', { name: 'Approve' }))
    expect(tokensOf(await redeem(asked, await answer(page))).scope).toContain('project:write')
  })

  it('an app is disconnected: once to be asked, once to confirm', async () => {
    const own = await startProvider()
    const { page, asked } = await consent(own)
    await page.getByRole('checkbox', { name: 'Alpha' }).check()
    await follow(page.getByRole('button', { name: 'Approve' }))
    expect(tokensOf(await redeem(asked, await answer(page))).scope).toContain('project:write')
    await page.goto(`${own.issuer}/settings/connected-apps`)
    const found = await stops(page)
    expect(names(found)).toEqual(['reporter.example', 'Change: Reporter, Alpha', 'Disconnect: Reporter, Alpha'])
    expect(found.filter(({ ring }) => !ring)).toEqual([])
    await page.locator('summary').focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await focused(page)).toMatchObject({
      name: 'Disconnect: Reporter, Alpha',
      type: 'submit',
      ring: true,
      inSight: true,
    })
    await pressOn(page, 'Enter')
    await page.getByRole('heading', { name: 'No app is connected' }).waitFor()
    own.stop()
  })

  it('an error can be looked into', async () => {
    const page = await (await open()).newPage()
    await page.goto(`${box.issuer}/oauth/authorize?client_id=unknown`)
    expect(names(await stops(page))).toEqual(['For the makers of the app'])
    await page.locator('summary').focus()
    await page.keyboard.press('Enter')
    expect(await shows(page.getByText('client.unknown'))).toBe(true)
  })
})
