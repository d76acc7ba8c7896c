import type { AuditEvent, Grant, ProjectId } from '../records.js'
import type { GrantFilter, Page, Paged } from '../storage.js'
import { equal, ok } from './assert.js'
import { given, makes, type StorageCase } from './case.js'
import { inSeconds, randomProject, randomSubject, sampleClient, sampleEvent, sampleGrant } from './samples.js'

interface Named {
  readonly id: string
}

/** Turn the pages to the end. `between` runs after each one. */
async function readAll<T extends Named>(
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
    page = { limit, after: next }
    await between()
  }
  throw new Error('the pages of a list never end')
}

const idsOf = (records: readonly Named[]) => records.map(({ id }) => id).sort()

function allOnce(read: readonly Named[], expected: readonly Named[], what: string): void {
  const wanted = new Set(idsOf(expected))
  equal(
    idsOf(read).filter((id) => wanted.has(id)),
    [...wanted],
    what,
  )
}

/** Eight grants, two each for every pair of two people and two clients; each pair's first names the project. */
function crossedGrants() {
  const project = randomProject()
  const people = [randomSubject(), randomSubject()]
  const clients = [sampleClient().id, sampleClient().id]
  const grants = people.flatMap((subject) =>
    clients.flatMap((clientId) => [
      sampleGrant({ subject, clientId, projects: [randomProject(), project] }),
      sampleGrant({ subject, clientId, projects: 'all' }),
    ]),
  )
  return { project, subject: people[0]!, clientId: clients[1]!, grants }
}

/** What a list holds, and what it never does while others write. */
export const listCases: readonly StorageCase[] = [
  {
    id: 'list.clients',
    requirement: 'every client is listed once, page by page',
    run: async (storage) => {
      const clients = Array.from({ length: 7 }, () => sampleClient())
      await given(storage, { clients })
      const read = await readAll((page) => storage.listClients(page), 3)
      allOnce(read, clients, 'clients listed')
      equal(new Set(idsOf(read)).size, read.length, 'clients that are listed once')
      equal(
        read.find(({ id }) => id === clients[0]!.id),
        clients[0],
        'a listed client',
      )
    },
  },
  {
    id: 'list.clients-while-inserting',
    requirement: 'clients that come while somebody turns the pages neither hide nor repeat one',
    run: async (storage) => {
      const clients = Array.from({ length: 5 }, () => sampleClient())
      await given(storage, { clients })
      let room = 10
      const read = await readAll(
        (page) => storage.listClients(page),
        10,
        async () => {
          if (room-- > 0) await given(storage, { clients: [sampleClient(), sampleClient()] })
        },
      )
      allOnce(read, clients, 'clients listed')
      equal(new Set(idsOf(read)).size, read.length, 'clients that are listed once')
    },
  },
  {
    id: 'list.grants-filtered',
    requirement: 'grants are listed by subject, client and project, alone and together',
    run: async (storage) => {
      const { project, subject, clientId, grants } = crossedGrants()
      await given(storage, { grants })
      const expect = async (filter: GrantFilter, wanted: (grant: Grant) => boolean) => {
        const read = await readAll((page) => storage.listGrants(filter, page), 2)
        equal(idsOf(read), idsOf(grants.filter(wanted)), `grants by ${Object.keys(filter).join(' and ')}`)
      }
      const named = (grant: Grant) => grant.projects !== 'all'
      await expect({ subject }, (grant) => grant.subject === subject)
      await expect({ clientId }, (grant) => grant.clientId === clientId)
      await expect({ projectId: project }, named)
      await expect({ subject, clientId }, (grant) => grant.subject === subject && grant.clientId === clientId)
      await expect({ subject, projectId: project }, (grant) => grant.subject === subject && named(grant))
      await expect({ clientId, projectId: project }, (grant) => grant.clientId === clientId && named(grant))
      await expect(
        { subject, clientId, projectId: project },
        (grant) => grant.subject === subject && grant.clientId === clientId && named(grant),
      )
      await expect({ subject, projectId: randomProject() }, () => false)
    },
  },
  {
    id: 'list.grants-unfiltered',
    requirement: 'without a filter every grant is listed once, with or without a subject',
    run: async (storage) => {
      const grants = [
        sampleGrant(),
        sampleGrant({ subject: null }),
        sampleGrant({ projects: 'all' }),
        sampleGrant({ projects: [] }),
      ]
      await given(storage, { grants })
      const read = await readAll((page) => storage.listGrants({}, page), 50)
      allOnce(read, grants, 'grants listed')
      equal(new Set(idsOf(read)).size, read.length, 'grants that are listed once')
    },
  },
  {
    id: 'list.grants-whole',
    requirement: 'a listed grant is the grant that is found, revoked ones included',
    run: async (storage) => {
      const grant = sampleGrant({ details: { list: [], object: {} } })
      await given(storage, { grants: [grant] })
      const at = inSeconds(0)
      await makes(storage, { revoke: [{ grantId: grant.id, at }] }, 'a revocation')
      const { items, next } = await storage.listGrants({ subject: grant.subject! }, { limit: 5 })
      equal(items, [{ ...grant, revokedAt: at }], 'a listed grant')
      equal(next, null, 'the page after the last')
    },
  },
  {
    id: 'list.grants-narrowed',
    requirement: 'a grant is listed by the projects that it has now',
    run: async (storage) => {
      const [kept, lost] = [randomProject(), randomProject()]
      const [some, all] = [sampleGrant({ projects: [lost, kept] }), sampleGrant({ projects: 'all' })]
      await given(storage, { grants: [some, all] })
      const to = { scope: some.scope, projects: [kept] }
      await makes(
        storage,
        { narrow: [some, all].map((from) => ({ grantId: from.id, from, to })) },
        'narrowing two grants',
      )
      const by = async (projectId: ProjectId) => idsOf((await storage.listGrants({ projectId }, { limit: 5 })).items)
      equal(await by(kept), idsOf([some, all]), 'grants of a project that was kept')
      equal(await by(lost), [], 'grants of a project that was taken out')
    },
  },
  {
    id: 'list.grants-while-inserting',
    requirement: 'grants that come while somebody turns the pages neither hide nor repeat one',
    run: async (storage) => {
      const { project, subject, clientId } = crossedGrants()
      const make = () => sampleGrant({ subject, clientId, projects: [project] })
      const grants = Array.from({ length: 9 }, make)
      await given(storage, { grants })
      for (const filter of [
        { subject },
        { clientId },
        { projectId: project },
        { subject, clientId, projectId: project },
      ]) {
        let room = 6
        const read = await readAll(
          (page) => storage.listGrants(filter, page),
          2,
          async () => {
            if (room-- > 0) await given(storage, { grants: [make(), make()] })
          },
        )
        allOnce(read, grants, 'grants listed')
        equal(new Set(idsOf(read)).size, read.length, 'grants that are listed once')
      }
    },
  },
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
    requirement: 'events are listed by subject, client and grant, alone and together',
    run: async (storage) => {
      const grant = sampleGrant()
      const about = { subject: grant.subject!, clientId: grant.clientId, grantId: grant.id }
      const none = { subject: null, clientId: null, grantId: null }
      const combinations = Array.from({ length: 8 }, (_, bits) => ({
        ...none,
        ...(bits & 1 ? { subject: about.subject } : {}),
        ...(bits & 2 ? { clientId: about.clientId } : {}),
        ...(bits & 4 ? { grantId: about.grantId } : {}),
      }))
      const events = combinations.map((combination) => sampleEvent(combination))
      await given(storage, { events })
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
