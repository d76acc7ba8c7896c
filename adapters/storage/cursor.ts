/** Where a page of a list ends: what the list is ordered by, and the id, which makes it one of a kind. */
export type Place = readonly [by: string | number, id: string]

export const cursorAt = (place: Place): string => JSON.stringify(place)

/** Null for what no page ended with. It may come from anybody's address bar. */
export function placeOf(cursor: string): Place | null {
  try {
    const place: unknown = JSON.parse(cursor)
    if (!Array.isArray(place) || place.length !== 2) return null
    const [by, id]: unknown[] = place
    const ordered = typeof by === 'string' || Number.isSafeInteger(by)
    return ordered && typeof id === 'string' ? [by as Place[0], id] : null
  } catch {
    return null
  }
}
