import type { Page, Paged } from '../storage.js'
import { equal, ok } from './assert.js'

export interface Named {
  readonly id: string
}

/** As it comes back from a link to the next page. */
function throughUrl(cursor: string): string {
  ok(!cursor.includes('\0'), 'a cursor holds a NUL, which not every URL comes through with')
  const carried = new URL(`https://app.example/list?after=${encodeURIComponent(cursor)}`).searchParams.get('after')
  ok(carried === cursor, `a cursor does not come through a URL: ${JSON.stringify(cursor)}`)
  return carried
}

/** Turn the pages to the end. `between` runs after each one. */
export async function readAll<T extends Named>(
  list: (page: Page) => Promise<Paged<T>>,
  limit: number,
  between: () => Promise<void> = async () => {},
): Promise<T[]> {
  const read: T[] = []
  let page: Page = { limit }
  for (let turned = 0; turned < 2000; turned += 1) {
    const { items, next } = await list(page)
    ok(items.length <= limit, `a page of ${limit} holds ${items.length}`)
    read.push(...items)
    if (next === null) return read
    page = { limit, after: throughUrl(next) }
    await between()
  }
  throw new Error('the pages of a list never end')
}

/** Parts that one change can name. */
export const inBatches = <T>(items: readonly T[], size = 20): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))

export const idsOf = (records: readonly Named[]) => records.map(({ id }) => id).sort()

export function allOnce(read: readonly Named[], expected: readonly Named[], what: string): void {
  const wanted = new Set(idsOf(expected))
  equal(
    idsOf(read).filter((id) => wanted.has(id)),
    [...wanted],
    what,
  )
}
