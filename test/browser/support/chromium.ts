import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe } from 'vitest'

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

/** Nothing but what a page asks for leaves the machine. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const launchChromium = (): Promise<Browser> => chromium.launch({ executablePath, args: flags })

/** Somebody's browser, with no cookies yet. It is closed after the test. */
export type OpenProfile = (options?: BrowserContextOptions) => Promise<BrowserContext>

const found = existsSync(executablePath)

/**
 * Tests that need a real browser, which they share. A machine without one says so and leaves them out; CI must have one.
 *
 * @example
 * describeInChromium('a page', (open) => {
 *   it('has a title', async () => {
 *     const page = await (await open()).newPage()
 *   })
 * })
 */
export function describeInChromium(name: string, tests: (open: OpenProfile) => void): void {
  if (!found && process.env.CI === 'true') throw new Error(`no browser: CI needs Chromium at ${executablePath}`)
  if (!found) console.warn(`left out of these tests, because there is no ${executablePath}: ${name}`)
  describe.runIf(found)(`in Chromium: ${name}`, () => {
    let browser: Browser
    beforeAll(async () => {
      browser = await launchChromium()
    })
    afterEach(async () => {
      await Promise.all(browser.contexts().map((context) => context.close()))
    })
    afterAll(() => browser.close())
    tests(async (options) => {
      const context = await browser.newContext(options)
      context.setDefaultTimeout(5_000)
      return context
    })
  })
}
