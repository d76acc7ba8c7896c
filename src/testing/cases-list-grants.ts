import type { Grant, ProjectId } from '../records.js'
import type { GrantFilter } from '../storage.js'
import { equal } from './assert.js'
import { given, makes, type StorageCase } from './case.js'
import { allOnce, idsOf, readAll } from './paging.js'
import { inSeconds, randomProject, randomSubject, sampleClient, sampleGrant } from './samples.js'

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

/** What the list of grants holds, and what it never does while others write. */
export const grantListCases: readonly StorageCase[] = [
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
]
