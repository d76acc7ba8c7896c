import type { AuditEvent } from '../records.js'
import { equal, ok } from './assert.js'
import { given, type StorageCase } from './case.js'
import { allOnce, idsOf, inBatches, readAll } from './paging.js'
import { inSeconds, random, randomAccount, randomSubject, sampleEvent, sampleGrant } from './samples.js'

/** What the audit log holds, and what it never does while others write. */
export const eventListCases: readonly StorageCase[] = [
  {
    id: 'list.events-in-order',
    requirement: 'events are listed oldest first, whatever the order in which they were written',
    run: async (storage) => {
      const subject = randomSubject()
      const times = [50, 10, 40, 20, 30, 20, 20]
      const events = times.map((at) => sampleEvent({ subject, at: inSeconds(at) }))
      for (const event of events) await given(storage, { events: [event] })
      const read = await readAll((page) => storage.listEvents({ subject }, page), 2)
      equal(
        read,
        [...events].sort((a, b) => (a.id < b.id ? -1 : 1)),
        'events listed',
      )
    },
  },
  {
    id: 'list.events-filtered',
    requirement: 'events are listed by subject, client, grant, account and type, alone and together',
    run: async (storage) => {
      const { subject, clientId, id: grantId } = sampleGrant()
      const about = { subject, clientId, grantId, accountId: randomAccount(), type: `case.${random()}` }
      const members = Object.entries(about)
      const combinations = Array.from({ length: 2 ** members.length }, (_, bits) =>
        Object.fromEntries(members.map(([name, value], index) => [name, bits & (2 ** index) ? value : null])),
      )
      const events = combinations.map(({ type, ...ids }) => sampleEvent({ ...ids, type: type ?? 'token.issued' }))
      for (const some of inBatches(events)) await given(storage, { events: some })
      for (const [index, combination] of combinations.entries()) {
        const filter = Object.fromEntries(Object.entries(combination).filter(([, value]) => value !== null))
        const read = await readAll((page) => storage.listEvents(filter, page), index === 0 ? 50 : 3)
        const wanted = events.filter((event) =>
          Object.entries(filter).every(([name, value]) => event[name as keyof AuditEvent] === value),
        )
        if (index === 0) allOnce(read, wanted, 'events without a filter')
        else equal(idsOf(read), idsOf(wanted), `events by ${Object.keys(filter).join(' and ')}`)
      }
    },
  },
  {
    id: 'list.events-newest',
    requirement: 'events are listed newest first when that is asked for, by whatever, in pages of any size',
    run: async (storage) => {
      const { clientId, id: grantId } = sampleGrant()
      const subject = randomSubject()
      const about = { subject, clientId, grantId, accountId: randomAccount(), type: `case.${random()}` }
      const times = [50, 10, 40, 20, 30, 20, 20]
      const events = times.map((at) => sampleEvent({ ...about, at: inSeconds(at) }))
      for (const event of events) await given(storage, { events: [event] })
      const newest = [...events].sort((a, b) => (a.id > b.id ? -1 : 1))
      const { accountId, type } = about
      for (const filter of [
        { subject },
        { clientId },
        { grantId },
        { accountId },
        { type },
        { subject, accountId, type },
      ])
        for (const limit of [1, 2, 3, 50]) {
          const read = await readAll((page) => storage.listEvents({ ...filter, order: 'newest' }, page), limit)
          equal(read, newest, `events newest first, ${limit} to a page`)
        }
      const first = await storage.listEvents({ order: 'newest' }, { limit: 50 })
      equal(idsOf(first.items), first.items.map(({ id }) => id).toReversed(), 'the newest of all events, by their ids')
      const later = sampleEvent({ ...about, at: inSeconds(60) })
      const { items, next } = await storage.listEvents({ subject, order: 'newest' }, { limit: 3 })
      await given(storage, { events: [later] })
      const rest = await storage.listEvents({ subject, order: 'newest' }, { limit: 50, after: next! })
      equal([...items, ...rest.items], newest, 'events newest first, read while one came')
    },
  },
  {
    id: 'list.events-span',
    requirement: 'a span of events has its first id and not its last, in both orders and in pages of any size',
    run: async (storage) => {
      const subject = randomSubject()
      const made = Array.from({ length: 8 }, (_, index) => sampleEvent({ subject, at: inSeconds(10 + index) }))
      await given(storage, { events: made })
      const ids = made.map(({ id }) => id)
      const before = ids[2]!.slice(0, 12)
      const other = made.map(({ at }) => sampleEvent({ at }))
      await given(storage, { events: other })
      const spans = [
        [ids[2]!, ids[5]!],
        [ids[2]!, undefined],
        [undefined, ids[5]!],
        [before, `${before}~`],
        [ids[5]!, ids[2]!],
        ['~', undefined],
        [undefined, ''],
      ] as const
      for (const [fromId, untilId] of spans)
        for (const order of ['oldest', 'newest'] as const)
          for (const limit of [1, 2, 50]) {
            const filter = {
              subject,
              order,
              ...(fromId !== undefined && { fromId }),
              ...(untilId !== undefined && { untilId }),
            }
            const read = await readAll((page) => storage.listEvents(filter, page), limit)
            const wanted = made.filter(({ id }) => id >= (fromId ?? '') && (untilId === undefined || id < untilId))
            equal(
              read,
              order === 'oldest' ? wanted : wanted.toReversed(),
              `events from ${fromId} until ${untilId}, ${order}`,
            )
          }
      const unfiltered = await storage.listEvents({ fromId: ids[2]!, untilId: ids[3]!, order: 'newest' }, { limit: 5 })
      equal(
        unfiltered.items.filter(({ id }) => ids.includes(id)),
        [made[2]],
        'events of a short span of all',
      )
    },
  },
  {
    id: 'list.events-while-inserting',
    requirement: 'a reader of the audit log misses no event that comes later than the last one read',
    run: async (storage) => {
      const subject = randomSubject()
      const make = (seconds: number) => sampleEvent({ subject, at: inSeconds(seconds) })
      const events = [1, 2, 3, 4, 5].map(make)
      await given(storage, { events })
      let at = 5
      const read = await readAll(
        (page) => storage.listEvents({ subject }, page),
        2,
        async () => {
          if (at >= 9) return
          at += 1
          const event = make(at)
          events.push(event)
          await given(storage, { events: [event] })
        },
      )
      equal(read, events, 'events listed')
    },
  },
  {
    id: 'list.events-resumed',
    requirement: 'a reader who kept the id of a page goes on from there later',
    run: async (storage) => {
      const subject = randomSubject()
      const events = [1, 2, 3].map((seconds) => sampleEvent({ subject, at: inSeconds(seconds) }))
      await given(storage, { events })
      const first = await storage.listEvents({ subject }, { limit: 1 })
      ok(first.next !== null, 'a page that is not the last has a next one')
      const later = sampleEvent({ subject, at: inSeconds(4) })
      await given(storage, { events: [later] })
      const rest = await storage.listEvents({ subject }, { limit: 10, after: first.next })
      equal([...first.items, ...rest.items], [...events, later], 'events read in two sittings')
    },
  },
]
