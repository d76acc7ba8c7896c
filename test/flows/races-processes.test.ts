import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Site, siteAt } from '../support/browser.js'
import { exchange, refresh, revoke, tokensOf } from '../support/flow.js'
import { alice, distinct, type Person, parallel, statusOf, tally } from './support/grants.js'
import { openPostgres, type PooledDatabase, postgresUrl } from './support/pools.js'
import { type Processes, startProcesses } from './support/processes.js'

const issuer = 'http://127.0.0.1:4321'

describe.runIf(postgresUrl !== null)('requests at once, over HTTP to two processes on one PostgreSQL', () => {
  let database: PooledDatabase
  let processes: Processes
  let nodes: readonly Site[]
  let person: Person

  beforeAll(async () => {
    const url = postgresUrl ?? ''
    database = await openPostgres(url)
    processes = await startProcesses(2, { url, prefix: database.prefix, issuer })
    nodes = processes.origins.map(siteAt)
    person = await alice(nodes[0]!, { resource: `${issuer}/api` })
  })

  afterAll(async () => {
    try {
      await processes?.stop()
    } finally {
      await database?.close()
    }
  })

  const node = (index: number) => nodes[index % nodes.length]!
  const everywhere = (token: unknown) => Promise.all(nodes.map((one) => statusOf(one, token)))

  it('are two processes with one database', async () => {
    expect(new Set(processes.origins).size).toBe(2)
    const { access } = await person.connect()
    expect(await everywhere(access)).toEqual([200, 200])
  })

  it('COD-09 of 50 exchanges of one code, spread over both, exactly one brings tokens', async () => {
    const callback = await person.approve()
    const answers = await parallel(50, (index) => exchange(node(index), callback))
    expect(tally(answers)).toEqual({ '200': 1, '400 invalid_grant': 49 })
  })

  it('REF-10 50 refreshes with one token, spread over both, are answered alike, three times over', async () => {
    const first = await person.connect()
    let newest: unknown = first.refresh
    for (let round = 0; round < 3; round += 1) {
      const presented = newest
      const answers = await parallel(50, (index) => refresh(node(index), person.client, String(presented)))
      expect(tally(answers)).toEqual({ '200': 50 })
      expect(distinct(answers, 'refresh_token')).toHaveLength(1)
      expect(distinct(answers, 'access_token')).toHaveLength(1)
      expect(await everywhere(distinct(answers, 'access_token')[0])).toEqual([200, 200])
      newest = distinct(answers, 'refresh_token')[0]
      expect(newest).not.toBe(presented)
    }
    const last = tokensOf(await refresh(node(1), person.client, String(newest)))
    expect(await everywhere(last.access_token)).toEqual([200, 200])
  })

  it('REF-15 a grant revoked at one is dead at the other at once', async () => {
    for (let index = 0; index < 20; index += 1) {
      const first = await person.connect()
      const [answers] = await Promise.all([
        parallel(4, (caller) => refresh(node(caller), person.client, first.refresh)),
        revoke(node(index), person.client, first.refresh),
      ])
      const answered = answers.flatMap(({ body }) => [body.access_token].filter(Boolean))
      for (const token of [first.access, ...answered]) expect(await everywhere(token)).toEqual([401, 401])
      const renewing = [first.refresh, ...answers.map(({ body }) => body.refresh_token)].filter(Boolean)
      const renewed = await Promise.all(
        renewing.flatMap((token) => nodes.map((one) => refresh(one, person.client, String(token)))),
      )
      expect(Object.keys(tally(renewed))).toEqual(['400 invalid_grant'])
    }
  })
})
