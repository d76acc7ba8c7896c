import type { AuditEvent, EventFilter, Page, Paged } from 'grantor'

/**
 * The audit log, in the order of its ids. That is the order of time, so that the next event nearly always comes last, and to see that its
 * id is free costs one comparison.
 */
export type Events = AuditEvent[]

/** Where the first event is whose id is this one or comes after it. */
function placeOf(events: readonly AuditEvent[], id: string): number {
  const last = events.at(-1)
  if (last === undefined || last.id < id) return events.length
  let low = 0
  let high = events.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (events[middle]!.id < id) low = middle + 1
    else high = middle
  }
  return low
}

export const hasEvent = (events: readonly AuditEvent[], id: string): boolean => events[placeOf(events, id)]?.id === id

export function addEvent(events: Events, event: AuditEvent): void {
  const at = placeOf(events, event.id)
  if (at === events.length) events.push(event)
  else events.splice(at, 0, event)
}

/** Delete at most `limit` of those that may go, the oldest first; how many went. */
export function removeEvents(events: Events, limit: number, mayGo: (event: AuditEvent) => boolean): number {
  let kept = 0
  for (let at = 0; at < events.length; at += 1) {
    const event = events[at]!
    if (at - kept < limit && mayGo(event)) continue
    events[kept] = event
    kept += 1
  }
  const removed = events.length - kept
  events.length = kept
  return removed
}

const compared = ['subject', 'clientId', 'grantId', 'accountId', 'type'] as const

export function listEvents(events: readonly AuditEvent[], filter: EventFilter, page: Page): Paged<AuditEvent> {
  const { order = 'oldest', fromId, untilId } = filter
  const { limit, after } = page
  const isWanted = (event: AuditEvent) =>
    compared.every((name) => filter[name] === undefined || event[name] === filter[name])

  let begin = fromId === undefined ? 0 : placeOf(events, fromId)
  let end = untilId === undefined ? events.length : placeOf(events, untilId)
  if (after !== undefined && order === 'newest') end = Math.min(end, placeOf(events, after))
  else if (after !== undefined) begin = Math.max(begin, placeOf(events, after) + (hasEvent(events, after) ? 1 : 0))

  const items: AuditEvent[] = []
  for (let left = end - begin; left > 0 && items.length <= limit; left -= 1) {
    const event = events[order === 'newest' ? begin + left - 1 : end - left]!
    if (isWanted(event)) items.push(event)
  }
  const isMore = items.length > limit
  if (isMore) items.pop()
  return { items, next: isMore ? (items.at(-1)?.id ?? null) : null }
}
