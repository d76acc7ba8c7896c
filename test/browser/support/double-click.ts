import type { Locator } from 'playwright-core'
import { leads } from './arrivals.js'

/** What every call to a storage waits at, as an option of a test's provider. */
export interface Gate {
  readonly pause: () => Promise<void>
  readonly shut: () => void
  readonly open: () => void
}

export function newGate(): Gate {
  let way = Promise.resolve()
  let open = () => {}
  return {
    pause: () => way,
    shut: () => {
      way = new Promise((done) => {
        open = done
      })
    },
    open: () => open(),
  }
}

/** Click a button of a form twice, the second time before the first is answered, and go on to where it leads. */
export async function clickTwice(target: Locator, gate: Gate): Promise<void> {
  const page = target.page()
  await target.hover()
  gate.shut()
  for (const _ of ['once', 'twice']) {
    const sent = page.waitForRequest((request) => request.isNavigationRequest())
    await page.mouse.down()
    await page.mouse.up()
    await sent
  }
  await leads(page, async () => gate.open())
}
