import type { Locator, Page } from 'playwright-core'

/**
 * Do what leads to another page, and go on when that page has loaded, be it at the same address. A click is over long before, so that
 * what is asked of the page right after it may be answered by the one that is about to go.
 */
export async function leads(page: Page, act: () => Promise<unknown>): Promise<void> {
  const arrival = page.waitForEvent('framenavigated', (frame) => frame === page.mainFrame())
  await Promise.all([arrival, act()])
  await page.waitForLoadState()
}

/** Click a link or a button that leads to another page. */
export const follow = (locator: Locator): Promise<void> => leads(locator.page(), () => locator.click())

/** Press a key that leads to another page. */
export const pressOn = (page: Page, key: string): Promise<void> => leads(page, () => page.keyboard.press(key))

/** Whether something comes to be seen. If it does not, that is an error which says what was looked for. */
export async function shows(locator: Locator): Promise<true> {
  await locator.waitFor({ state: 'visible' })
  return true
}

/** Whether something goes out of sight. It says nothing about a page that is still on its way. */
export async function gone(locator: Locator): Promise<true> {
  await locator.waitFor({ state: 'hidden' })
  return true
}
