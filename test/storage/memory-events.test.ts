import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addEvent, type Events, hasEvent, listEvents, removeEvents } from '../../adapters/storage/memory/events.js'
import type { AuditEvent, EventFilter } from '../../src/index.js'

const id = fc.string({ unit: fc.constantFrom('0', '5', 'a', 'f'), minLength: 1, maxLength: 3 })
const ids = fc.uniqueArray(id, { maxLength: 30 })

const event = (of: string): AuditEvent => ({ id: of, type: of.includes('a') ? 'one' : 'other' }) as AuditEvent

function eventsOf(all: readonly string[]): Events {
  const events: Events = []
  for (const one of all) addEvent(events, event(one))
  return events
}

/** What STORAGE asks of a list, said in the plainest way. */
function expected(all: readonly string[], { order = 'oldest', type, fromId, untilId }: EventFilter, after?: string) {
  const wanted = all
    .filter((one) => type === undefined || event(one).type === type)
    .filter((one) => (fromId === undefined || one >= fromId) && (untilId === undefined || one < untilId))
    .toSorted()
  if (order === 'newest') wanted.reverse()
  return wanted.filter((one) => after === undefined || (order === 'newest' ? one < after : one > after))
}

describe('the audit log in memory', () => {
  it('is in the order of ids, in whatever order they come', () => {
    fc.assert(
      fc.property(ids, id, (all, other) => {
        const events = eventsOf(all)
        expect(events.map((one) => one.id)).toEqual(all.toSorted())
        expect(hasEvent(events, other)).toBe(all.includes(other))
      }),
    )
  })

  it('lists what is wanted, page by page, from any place in any order', () => {
    const filter = fc.record(
      {
        order: fc.constantFrom('oldest' as const, 'newest' as const),
        type: fc.constantFrom('one', 'other'),
        fromId: id,
        untilId: id,
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(
        ids,
        filter,
        fc.option(id, { nil: undefined }),
        fc.integer({ min: 1, max: 5 }),
        (all, by, at, limit) => {
          const listed: string[] = []
          const events = eventsOf(all)
          let after = at
          for (;;) {
            const { items, next } = listEvents(events, by, { limit, ...(after !== undefined && { after }) })
            expect(items.length).toBeLessThanOrEqual(limit)
            listed.push(...items.map((one) => one.id))
            if (next === null) break
            expect(items.at(-1)?.id).toBe(next)
            after = next
          }
          expect(listed).toEqual(expected(all, by, at))
        },
      ),
    )
  })

  it('forgets the oldest that may go, as many as it is told', () => {
    fc.assert(
      fc.property(ids, fc.nat({ max: 10 }), (all, limit) => {
        const events = eventsOf(all)
        const goes = all
          .filter((one) => one.includes('a'))
          .toSorted()
          .slice(0, limit)
        expect(removeEvents(events, limit, ({ type }) => type === 'one')).toBe(goes.length)
        expect(events.map((one) => one.id)).toEqual(all.toSorted().filter((one) => !goes.includes(one)))
      }),
    )
  })
})
