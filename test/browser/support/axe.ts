import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

const narrow = { width: 320, height: 640 }
const desktop = { width: 1280, height: 800 }
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']

const looks = [
  { name: 'light, 320 px', colorScheme: 'light', size: narrow },
  { name: 'light, desktop', colorScheme: 'light', size: desktop },
  { name: 'dark, desktop', colorScheme: 'dark', size: desktop },
  { name: 'dark, 320 px', colorScheme: 'dark', size: narrow },
] as const

type Found = Awaited<ReturnType<AxeBuilder['analyze']>>

/** Axe as it stays behind in a page that it has looked at. Asking it again is quicker than putting it there again. */
interface Axe {
  readonly run: (options: { readonly runOnly: readonly string[] }) => Promise<Found>
}

const again = (page: Page): Promise<Found | undefined> =>
  page.evaluate(async (runOnly) => (window as Window & { readonly axe?: Axe }).axe?.run({ runOnly }), tags)

/** What axe finds in a page as it looks now. */
export async function violations(page: Page): Promise<string[]> {
  const found = (await again(page)) ?? (await new AxeBuilder({ page }).setLegacyMode().withTags(tags).analyze())
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  )
}

/** What stands in somebody's way, in light and dark, narrow and wide; looks in which nothing does are not named. */
export async function barriers(page: Page): Promise<Readonly<Record<string, readonly string[]>>> {
  const found: Record<string, readonly string[]> = {}
  for (const { name, colorScheme, size } of looks) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize(size)
    const sticksOut = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
    const all = [...(await violations(page)), ...(sticksOut ? ['wider than the window'] : [])]
    if (all.length > 0) found[name] = all
  }
  return found
}
