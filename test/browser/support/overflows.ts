import type { Page } from 'playwright-core'

/** Windows that the page does not fit into, from a telephone to a wall, in either direction of reading. */
export async function overflows(page: Page): Promise<readonly string[]> {
  const found: string[] = []
  for (const dir of ['ltr', 'rtl'])
    for (const width of [320, 768, 3840]) {
      await page.setViewportSize({ width, height: 900 })
      const wider = await page.evaluate((direction) => {
        document.documentElement.dir = direction
        return document.documentElement.scrollWidth > innerWidth
      }, dir)
      if (wider) found.push(`${dir} ${width}`)
    }
  return found
}
