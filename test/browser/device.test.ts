import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { siteAt } from '../support/browser.js'
import { type DeviceCodes, deviceClient, deviceCodes, poll, told } from '../support/device.js'
import { type RegisteredClient, register, tokensOf } from '../support/flow.js'
import { follow, pressOn, shows } from './support/arrivals.js'
import { barriers } from './support/axe.js'
import { describeInChromium } from './support/chromium.js'
import { button, signIn } from './support/consent.js'
import { clickTwice, newGate } from './support/double-click.js'
import { overflows } from './support/overflows.js'
import { startProvider, type TestServer } from './support/servers.js'

/** A device that waits, of a client of its own. */
interface Waiting {
  readonly client: RegisteredClient
  readonly codes: DeviceCodes
}

const heading = (page: Page) => page.getByRole('heading', { level: 1 }).textContent()

describeInChromium('somebody with a device', (open) => {
  let box: TestServer
  beforeAll(async () => {
    box = await startProvider({
      address: ({ headers }) => headers.get('x-address') ?? '203.0.113.7',
      switchAccount: (returnTo) => `/login?next=${encodeURIComponent(returnTo)}`,
    })
  })
  afterAll(() => box.stop())

  const site = () => siteAt(box.issuer)
  const start = async (): Promise<Waiting> => {
    const client = await register(site(), { ...deviceClient, software_id: randomUUID() })
    return { client, codes: await deviceCodes(site(), client) }
  }
  const answerTo = async ({ client, codes }: Waiting) => told(await poll(site(), client, codes.device_code))
  const signedIn = async (options: { readonly javaScriptEnabled?: boolean } = {}): Promise<Page> => {
    const context = await open(options)
    await context.addCookies([{ name: 'user', value: 'alice', url: box.issuer }])
    return context.newPage()
  }
  const enter = async (page: Page, code: string) => {
    await page.goto(`${box.issuer}/oauth/device`)
    await page.getByLabel('Code on the device').fill(code)
    await follow(button(page, 'Continue'))
  }
  const approve = async (page: Page) => {
    await page.getByRole('checkbox', { name: 'Alpha' }).check()
    await follow(button(page, 'Approve'))
  }

  describe.each([
    ['with scripts', true],
    ['without scripts', false],
  ])('%s', (_, javaScriptEnabled) => {
    it('DEV-09 types the code, looks at what is asked, and lets it in', async () => {
      const waiting = await start()
      const page = await signedIn({ javaScriptEnabled })
      await enter(page, waiting.codes.user_code.toLowerCase().replace('-', ' '))
      expect(await heading(page)).toBe('Acme CLI on a device wants access to Acme')
      for (const text of [waiting.codes.user_code, 'Did you start this?', 'this app registered itself'])
        expect(await shows(page.getByText(text).first())).toBe(true)
      await page.getByRole('checkbox', { name: 'Create and change things' }).uncheck()
      await page.getByLabel('Name this connection').fill('server room')
      await approve(page)
      expect(await heading(page)).toBe('Your device is connected')
      const tokens = tokensOf(await poll(site(), waiting.client, waiting.codes.device_code))
      expect(tokens.scope).toBe('project:read')
      await page.goto(`${box.issuer}/settings/connected-apps`)
      expect(await shows(page.getByText('server room', { exact: true }).first())).toBe(true)
    })

    it('DEV-10 S-211 follows the link through the login, and has to go on and decide by hand', async () => {
      const waiting = await start()
      const page = await (await open({ javaScriptEnabled })).newPage()
      await page.goto(waiting.codes.verification_uri_complete)
      await signIn(page, 'alice')
      expect(await page.getByLabel('Code on the device').inputValue()).toBe(waiting.codes.user_code)
      expect(await shows(page.getByText('Does your device show this code?'))).toBe(true)
      expect(await answerTo(waiting)).toBe('400 authorization_pending')
      await follow(button(page, 'Continue'))
      expect(await shows(button(page, 'Approve'))).toBe(true)
      await page.reload()
      expect(await answerTo(waiting)).toMatch(/authorization_pending|slow_down/)
      await approve(page)
      expect(await answerTo(waiting)).toBe('200')
    })

    it('DEV-07 turns it away, and is told so', async () => {
      const waiting = await start()
      const page = await signedIn({ javaScriptEnabled })
      await enter(page, waiting.codes.user_code)
      await follow(button(page, 'Deny'))
      expect(await heading(page)).toBe('You denied the request')
      expect(await answerTo(waiting)).toBe('400 access_denied')
      // Back, and once more.
      await page.goBack()
      await page.reload()
      expect(await heading(page)).toBe('You denied the request')
    })

    it('S-216 is told when a code is none, and goes on with the right one', async () => {
      const waiting = await start()
      const page = await signedIn({ javaScriptEnabled })
      await enter(page, 'BBBB-BBBB')
      expect(await page.getByRole('alert').textContent()).toContain('There is no such code')
      await page.getByLabel('Code on the device').fill(waiting.codes.user_code)
      await follow(button(page, 'Continue'))
      expect(await shows(button(page, 'Approve'))).toBe(true)
    })
  })

  it('a double click is one', async () => {
    const gate = newGate()
    const slow = await startProvider({ pause: gate.pause })
    const client = await register(siteAt(slow.issuer), deviceClient)
    const { user_code } = await deviceCodes(siteAt(slow.issuer), client)
    const context = await open()
    await context.addCookies([{ name: 'user', value: 'alice', url: slow.issuer }])
    const page = await context.newPage()
    await page.goto(`${slow.issuer}/oauth/device`)
    await page.getByLabel('Code on the device').fill(user_code)
    await clickTwice(button(page, 'Continue'), gate)
    await page.getByRole('checkbox', { name: 'Alpha' }).check()
    await clickTwice(button(page, 'Approve'), gate)
    expect(await heading(page)).toBe('Your device is connected')
    expect(slow.events.map(({ type }) => type)).toEqual(['client.registered', 'device.approved', 'grant.created'])
    slow.stop()
  })

  it('with a keyboard alone: the code, Enter, and every choice up to the decision', async () => {
    const waiting = await start()
    const page = await signedIn()
    await page.goto(`${box.issuer}/oauth/device`)
    // The field comes to have the focus soon after the page has loaded, and Enter goes on.
    await page.locator('input[name=user_code]:focus').waitFor()
    await page.keyboard.type(waiting.codes.user_code)
    await pressOn(page, 'Enter')
    await page.waitForURL('**/oauth/device?user_code=*')
    const focused = () =>
      page.evaluate(() => {
        const element = document.activeElement
        const label = element?.closest('label') ?? document.querySelector(`label[for='${element?.id}']`) ?? element
        return label?.textContent?.trim() ?? ''
      })
    const reached: string[] = []
    for (let n = 0; n < 8; n += 1) {
      await page.keyboard.press('Tab')
      reached.push(await focused())
      if (reached.at(-1) === 'Alpha') await page.keyboard.press('Space')
      // In a field Enter decides nothing.
      if (reached.at(-1) === 'Name this connection') {
        await page.keyboard.type('den')
        await pressOn(page, 'Enter')
        break
      }
    }
    expect(reached.map((name) => name.split(/(?=The app can)/)[0])).toEqual([
      'Alpha',
      'Beta',
      'Create and change things',
      'Keep connected',
      'Name this connection',
    ])
    expect(await page.getByLabel('Name this connection').inputValue()).toBe('den')
    expect(await page.getByRole('checkbox', { name: 'Alpha' }).isChecked()).toBe(true)
    expect(await answerTo(waiting)).toBe('400 authorization_pending')
    await button(page, 'Deny').focus()
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Approve')
    await pressOn(page, 'Enter')
    await page.getByRole('heading', { name: 'Your device is connected' }).waitFor()
    expect(await answerTo(waiting)).toBe('200')
  })

  describe('for everybody', () => {
    const scenes: Readonly<Record<string, (page: Page) => Promise<string>>> = {
      'a code to enter': async (page) => {
        await page.goto(`${box.issuer}/oauth/device`)
        return 'Connect a device'
      },
      'a code from a link': async (page) => {
        await page.goto(`${box.issuer}/oauth/device?user_code=WDJB-MJHT`)
        return 'Connect a device'
      },
      'a code that is none': async (page) => {
        await enter(page, 'BBBB-BBBB')
        await page.getByRole('alert').waitFor()
        return 'Connect a device'
      },
      'a device that waits, after something was missing': async (page) => {
        await enter(page, (await start()).codes.user_code)
        await follow(button(page, 'Approve'))
        await page.getByRole('alert').waitFor()
        return 'Acme CLI on a device wants access to Acme'
      },
      'a device that was let in': async (page) => {
        await enter(page, (await start()).codes.user_code)
        await approve(page)
        return 'Your device is connected'
      },
    }

    it.each(Object.entries(scenes))('%s has nothing that axe finds, and fits any window', async (_name, scene) => {
      const page = await signedIn()
      const title = await scene(page)
      expect(await heading(page)).toBe(title)
      expect(await barriers(page)).toEqual({})
      expect(await overflows(page)).toEqual([])
    })
  })
})
