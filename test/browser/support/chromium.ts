import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { executablePath, hasChromium, launchChromium } from './launch.js'

/** Somebody's browser, with no cookies yet. It is closed after the test. */
export type OpenProfile = (options?: BrowserContextOptions) => Promise<BrowserContext>

/** How long a page may take to show what is expected of it, in milliseconds: on a machine with much else to do, seconds. */
const patience = 20_000

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
  if (!hasChromium && process.env.CI === 'true') throw new Error(`no browser: CI needs Chromium at ${executablePath}`)
  if (!hasChromium) console.warn(`left out of these tests, because there is no ${executablePath}: ${name}`)
  describe.runIf(hasChromium)(`in Chromium: ${name}`, { timeout: 6 * patience }, () => {
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
      context.setDefaultTimeout(patience)
      return context
    })
  })
}
