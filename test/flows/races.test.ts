import { setTimeout } from 'node:timers/promises'
import type { ClientId, GrantId } from 'grantor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, exchange, refresh, revoke, tokensOf } from '../support/flow.js'
import { type App, startApp } from './support/app.js'
import { alice, distinct, type Person, parallel, statusOf, tally } from './support/grants.js'
import { type PooledDatabase, pools } from './support/pools.js'

const clock = () => performance.now()

describe.each(Object.entries(pools))('requests at once, over HTTP on %s', (_, open) => {
  let database: PooledDatabase
  let app: App
  let person: Person

  beforeAll(async () => {
    database = await open()
    app = await startApp({ storage: database.storage })
    person = await alice(app)
  })

  afterAll(async () => {
    try {
      await app?.close()
    } finally {
      await database?.close()
    }
  })

  const refreshWith = (token: unknown, params = {}) => refresh(app, person.client, String(token), params)

  it('COD-09 of 50 exchanges of one code exactly one brings tokens', async () => {
    const callback = await person.approve()
    const answers = await parallel(50, () => exchange(app, callback))
    expect(tally(answers)).toEqual({ '200': 1, '400 invalid_grant': 49 })
    const issued = app.events.filter(({ type, data }) => type === 'token.issued' && data.grant_type !== 'refresh_token')
    expect(issued).toHaveLength(1)
  })

  it('REF-10 S-118 50 refreshes with one token are answered alike, and the chain goes on', async () => {
    const first = await person.connect()
    const answers = await parallel(50, () => refreshWith(first.refresh))
    expect(tally(answers)).toEqual({ '200': 50 })
    expect(distinct(answers, 'refresh_token')).toHaveLength(1)
    expect(distinct(answers, 'access_token')).toHaveLength(1)
    const [successor] = distinct(answers, 'refresh_token')
    expect(successor).not.toBe(first.refresh)

    const next = tokensOf(await refreshWith(successor))
    expect(next.refresh_token).not.toBe(successor)
    expect(await statusOf(app, next.access_token)).toBe(200)
    expect(await statusOf(app, distinct(answers, 'access_token')[0])).toBe(200)
    expect(await statusOf(app, first.access)).toBe(200)
    expect(app.events.map(({ type }) => type)).not.toContain('refresh_token.reused')
  })

  it('REF-05 REF-10 20 refreshes for different scopes share one successor, each with what it asked for', async () => {
    const questions = [
      { scope: 'project:read' },
      { scope: 'project:write' },
      { scope: 'project:read project:write' },
      { scope: 'project:write project:read' },
      {},
    ]
    const first = await person.connect({ scope: 'project:read project:write' })
    const answers = await parallel(20, (index) => refreshWith(first.refresh, questions[index % questions.length]))
    expect(tally(answers)).toEqual({ '200': 20 })
    expect(distinct(answers, 'refresh_token')).toHaveLength(1)

    const ofQuestion = (question: number) => answers.filter((_, index) => index % questions.length === question)
    const read = ofQuestion(0)
    const write = ofQuestion(1)
    const both = [2, 3, 4].flatMap(ofQuestion)
    for (const same of [read, write, both]) expect(distinct(same, 'access_token')).toHaveLength(1)
    expect(distinct(answers, 'access_token')).toHaveLength(3)
    const scopeOf = (some: readonly Answer[]) => String(some[0]?.body.scope).split(' ').sort()
    expect(scopeOf(read)).toEqual(['project:read'])
    expect(scopeOf(write)).toEqual(['project:write'])
    expect(scopeOf(both)).toEqual(['project:read', 'project:write'])

    const writes = { method: 'POST' }
    expect(await statusOf(app, read[0]?.body.access_token)).toBe(200)
    expect(await statusOf(app, read[0]?.body.access_token, writes)).toBe(403)
    expect(await statusOf(app, write[0]?.body.access_token)).toBe(200)
    expect(await statusOf(app, write[0]?.body.access_token, writes)).toBe(200)
    const [successor] = distinct(answers, 'refresh_token')
    expect(scopeOf([await refreshWith(successor)])).toEqual(['project:read', 'project:write'])
  })

  /** Ways to end a grant; each gets everything ready, so that ending it is one request. */
  const endings = [
    async (grant: GrantId) => () => app.provider.grants.revoke(grant),
    async (_: GrantId, token: string, { client }: Person) =>
      async () => {
        expect((await revoke(app, client, token)).status).toBe(200)
      },
    async (grant: GrantId, _: string, { browser }: Person) => {
      const page = await browser.open('/settings/connected-apps')
      return async () => {
        const end = await browser.submit(page, { action: 'revoke' }, ['grant', grant])
        expect(end.status).toBe(200)
      }
    },
  ]

  const onlyGrantOf = async ({ client }: Person) => {
    const { items } = await app.provider.grants.list({ clientId: client.client_id as ClientId })
    expect(items).toHaveLength(1)
    return items[0]!.grant.id
  }

  /** Four callers refresh three times over; all of them know every successor as soon as there is one. */
  async function refreshOnAndOn({ client }: Person, token: string): Promise<Answer[]> {
    const answers: Answer[] = []
    for (let newest: unknown = token, round = 0; newest !== undefined && round < 3; round += 1) {
      const some = await parallel(4, () => refresh(app, client, String(newest)))
      answers.push(...some)
      newest = some.find(({ status }) => status === 200)?.body.refresh_token
    }
    return answers
  }

  const tries = 200

  it(`REF-15 a grant revoked while it is refreshed leaves nothing alive, ${tries} times of ${tries}`, async () => {
    const someone = await alice(app)
    let typical = 20
    const outcomes: Answer[] = []
    for (let index = 0; index < tries; index += 1) {
      const first = await someone.connect()
      const end = await endings[index % endings.length]!(await onlyGrantOf(someone), first.refresh, someone)
      const delay = (typical * 1.2 * (index % 20)) / 19
      const started = clock()
      const [answers] = await Promise.all([
        refreshOnAndOn(someone, first.refresh).then((all) => {
          // What the refreshes take when nothing cuts them short, so that the delays spread over all of it.
          if (all.every(({ status }) => status === 200)) typical = (typical + clock() - started) / 2
          return all
        }),
        setTimeout(delay).then(end),
      ])
      outcomes.push(...answers)

      const access = [...new Set([first.access, ...answers.map(({ body }) => body.access_token)])]
      const renewing = [...new Set([first.refresh, ...answers.map(({ body }) => body.refresh_token)])]
      const alive = await Promise.all(access.filter(Boolean).map((token) => statusOf(app, token)))
      const renewed = await Promise.all(
        renewing.filter(Boolean).map((token) => refresh(app, someone.client, String(token))),
      )
      expect([...new Set(alive)], `access tokens after try ${index}`).toEqual([401])
      expect(Object.keys(tally(renewed)), `refresh tokens after try ${index}`).toEqual(['400 invalid_grant'])
    }
    // The race was one: revocation came before some refreshes and after others, and nobody saw anything else.
    expect(Object.keys(tally(outcomes)).sort()).toEqual(['200', '400 invalid_grant'])
    expect(app.errors).toEqual([])
  }, 300_000)

  it('REV-02 REV-06 a refresh token revoked by everybody at once ends its grant once', async () => {
    const first = await person.connect()
    const answers = await parallel(20, () => revoke(app, person.client, first.refresh))
    expect(tally(answers)).toEqual({ '200': 20 })
    const id = app.events.findLast(({ type }) => type === 'grant.created')?.grantId
    const ended = app.events.filter(({ type, grantId }) => type === 'grant.revoked' && grantId === id)
    expect(ended).toHaveLength(1)
  })

  it('S-118 strangers who present the token at the same time neither get in nor disturb its client', async () => {
    const stranger = await alice(app)
    const first = await person.connect()
    const answers = await parallel(30, (index) =>
      refresh(app, index % 3 === 0 ? person.client : stranger.client, first.refresh),
    )
    expect(tally(answers)).toEqual({ '200': 10, '400 invalid_grant': 20 })
    const [successor] = distinct(
      answers.filter(({ status }) => status === 200),
      'refresh_token',
    )
    expect((await refreshWith(successor)).status).toBe(200)
  })
})
