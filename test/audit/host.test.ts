import { type Access, eventTypes, type JsonObject, limits } from 'grantor'
import { memoryStorage } from 'grantor/storage/memory'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../src/tokens/secret.js'
import { call, connect } from '../support/flow.js'
import { type TestProvider, testProvider } from '../support/provider.js'

/** What the guard gives for a request with a live token. */
async function accessOf(box: TestProvider, headers: Record<string, string> = {}): Promise<Access> {
  const { tokens } = await connect(box)
  const request = new Request(`${box.api}/jobs`, {
    headers: { authorization: `Bearer ${tokens.access_token}`, ...headers },
  })
  const result = await box.provider.guard()(request, request)
  if (!result.ok) throw new Error('refused')
  return result.access
}

describe('access.audit', () => {
  it('LOG-02 writes who did it with which client, from where, and is done when that is durable', async () => {
    const box = testProvider({ address: () => '192.0.2.7' })
    const access = await accessOf(box, { 'user-agent': 'reporter/1' })
    box.storage.reset()
    await access.audit('job.created', { job: 7, tags: ['a', null], deep: { yes: true } })
    const { items } = await box.provider.audit.list({ type: 'job.created' })
    expect(items).toEqual([
      {
        id: expect.any(String),
        at: box.clock.now(),
        type: 'job.created',
        outcome: 'success',
        reason: null,
        actor: { type: 'user', id: 'alice' },
        clientId: access.clientId,
        grantId: access.grantId,
        subject: 'alice',
        accountId: access.accountId,
        address: '192.0.2.7',
        agent: 'reporter/1',
        requestId: expect.stringMatching(/^[\w-]{22}$/),
        data: { job: 7, tags: ['a', null], deep: { yes: true } },
      },
    ])
    expect(box.events.at(-1)).toEqual(items[0])
    expect(box.storage.commits()).toHaveLength(1)
  })

  it('LOG-02 has the client as actor where there is nobody behind it', async () => {
    const box = testProvider()
    const { tokens, client } = await connect(box)
    const storage = box.storage.findToken
    const alone = testProvider({
      storage: {
        ...box.storage,
        findToken: async (digest) => {
          const found = await storage(digest)
          return found && { ...found, grant: found.grant && { ...found.grant, subject: null } }
        },
      },
    })
    const request = new Request(`${box.api}/jobs`, { headers: { authorization: `Bearer ${tokens.access_token}` } })
    const result = await alone.provider.guard()(request, request)
    if (result.ok) await result.access.audit('job.created')
    expect(alone.events.at(-1)).toMatchObject({
      actor: { type: 'client', id: client.client_id },
      subject: null,
      data: {},
    })
  })

  it('throws when it could not be written', async () => {
    const box = testProvider()
    const access = await accessOf(box)
    box.storage.inject({ method: 'commit', how: 'throw' })
    await expect(access.audit('job.created')).rejects.toThrow('storage did not answer')
    expect(box.events.some(({ type }) => type === 'job.created')).toBe(false)
  })

  it.each([
    ...eventTypes,
    'grant.frobbed',
    'client',
    '',
    'Job',
    'job created',
    '7',
    '.job',
    'job-created',
    'a'.repeat(limits.eventTypeLength + 1),
  ])('does not take the type %j', async (type) => {
    const box = testProvider()
    const access = await accessOf(box)
    box.storage.reset()
    await expect(access.audit(type)).rejects.toThrow(TypeError)
    expect(box.storage.calls).toEqual([])
  })

  it.each(['j', 'job.created', 'job_7.x', 'clients.exported', 'a'.repeat(limits.eventTypeLength)])(
    'takes the type %j',
    async (type) => {
      const box = testProvider()
      await (await accessOf(box)).audit(type)
      expect(box.events.at(-1)?.type).toBe(type)
    },
  )

  it('takes data up to its limit, and nothing that is no object', async () => {
    const access = await accessOf(testProvider())
    const fill = limits.auditDataLength - '{"text":""}'.length
    await access.audit('job.created', { text: 'x'.repeat(fill) })
    const wrong = [{ text: 'x'.repeat(fill + 1) }, [1], 'text', 7, null, () => 1]
    for (const data of wrong) await expect(access.audit('job.created', data as JsonObject)).rejects.toThrow(TypeError)
  })

  it('keeps what it was given, whatever becomes of it', async () => {
    const box = testProvider({ pause: () => new Promise((resolve) => setTimeout(resolve, 1)) })
    const access = await accessOf(box)
    const data = { job: 7 }
    const written = access.audit('job.created', data)
    data.job = 8
    await written
    expect(box.events.at(-1)?.data).toEqual({ job: 7 })
  })

  it('LOG-01 takes no secret: that does not compile, and what gets past the compiler says nothing', async () => {
    const box = testProvider()
    const access = await accessOf(box)
    const token = new Secret('grantor_at_x')
    // @ts-expect-error a secret is not JSON
    await access.audit('job.created', { token })
    // @ts-expect-error a secret is not JSON, however deep
    await access.audit('job.created', { tokens: [{ token }] })
    // @ts-expect-error nor is a date, which would come back as something else
    await access.audit('job.created', { at: new Date(0) })
    expect(JSON.stringify(box.events)).not.toContain('grantor_at_x')
  })

  it('costs a request that does not use it nothing', async () => {
    const box = testProvider()
    const { tokens } = await connect(box)
    box.storage.reset()
    expect((await call(box, tokens.access_token)).status).toBe(200)
    expect(box.storage.trips()).toEqual(['findToken'])
  })
})

describe('onEvent', () => {
  it('LOG-02 hears of every event after it is durable, in order, and cannot break a request', async () => {
    const storage = memoryStorage()
    const heard: string[] = []
    const early: string[] = []
    const box = testProvider({
      storage,
      async onEvent(event) {
        heard.push(event.id)
        if (!(await storage.listEvents({}, { limit: 100 })).items.some(({ id }) => id === event.id))
          early.push(event.id)
        throw new Error('the log is full')
      },
    })
    const { tokens } = await connect(box)
    expect((await call(box, tokens.access_token)).status).toBe(200)
    const { items } = await box.provider.audit.list()
    expect(heard).toEqual(items.map(({ id }) => id))
    expect([heard.length, early, box.errors]).toEqual([3, [], []])
  })

  it('hears nothing of a change that was not made', async () => {
    const box = testProvider()
    const { client } = await connect(box)
    const before = box.events.length
    box.storage.inject({ method: 'commit', how: 'throw', when: 'before' })
    await connect(box, { client }).catch(() => {})
    expect(box.events.length).toBe(before)
  })
})
