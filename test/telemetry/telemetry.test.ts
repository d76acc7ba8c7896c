import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { call, confidentialClient, connect, refresh, register, revoke, send } from '../support/flow.js'
import { type TestOptions, testProvider } from '../support/provider.js'
import { followContexts, openTelemetry, type Point } from './opentelemetry.js'

beforeAll(followContexts)

const measured = (options: TestOptions = {}) => {
  const otel = openTelemetry()
  const box = testProvider({ telemetry: otel.telemetry, ...options })
  return { otel, box }
}

const names = (points: readonly Point[]) => new Set(points.map(({ metric }) => metric))
const counted = (points: readonly Point[], name: string) =>
  Object.fromEntries(
    points.filter(({ metric }) => metric === name).map(({ attributes, count }) => [JSON.stringify(attributes), count]),
  )

describe('spans', () => {
  // What was used is written when a test says so, and not in between.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => void vi.useRealTimers())

  it('are one for a request, named by its route, with one below it for every call to the storage', async () => {
    const { otel, box } = measured()
    const { client, tokens } = await connect(box)
    otel.reset()
    await refresh(box, client, tokens.refresh_token)
    const spans = otel.spans()
    const request = spans.find(({ name }) => name === 'POST /oauth/token')
    expect(request?.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/oauth/token',
      'http.response.status_code': 200,
      'grantor.request_id': expect.stringMatching(/^[\w-]{22}$/),
    })
    expect(request?.status.code).toBe(SpanStatusCode.UNSET)
    const below = spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === request?.spanContext().spanId)
    expect(below.map(({ name, kind, attributes }) => [name, kind, attributes])).toEqual([
      ['storage findToken', SpanKind.CLIENT, { 'db.operation.name': 'findToken' }],
      ['storage commit', SpanKind.CLIENT, { 'db.operation.name': 'commit' }],
    ])
    expect(spans).toHaveLength(3)
  })

  it('LOG-02 say why a request was refused, and lead to the line in the audit log', async () => {
    const { otel, box } = measured()
    const client = await register(box, confidentialClient)
    otel.reset()
    await refresh(box, { ...client, client_secret: 'wrong' }, 'x')
    const [event] = (await box.provider.audit.list({ type: 'client.authentication_failed' })).items
    const request = otel.spans().find(({ name }) => name.startsWith('POST'))
    expect(request?.attributes).toMatchObject({
      'http.response.status_code': 401,
      'grantor.reason': 'client.secret',
      'grantor.request_id': event?.requestId,
    })
    expect(request?.status.code).toBe(SpanStatusCode.UNSET)
  })

  it('are marked where something broke, with the name of the fault and not its words', async () => {
    const { otel, box } = measured()
    const { client, tokens } = await connect(box)
    otel.reset()
    box.storage.inject({ method: 'findToken', how: 'throw' })
    await refresh(box, client, tokens.refresh_token)
    const told = otel.spans().map(({ name, status, attributes, events }) => [name, status, attributes, events.length])
    expect(told).toEqual([
      [
        'storage findToken',
        { code: SpanStatusCode.ERROR },
        { 'db.operation.name': 'findToken', 'error.type': 'Error' },
        0,
      ],
      [
        'POST /oauth/token',
        { code: SpanStatusCode.ERROR },
        expect.objectContaining({ 'http.response.status_code': 503, 'grantor.reason': 'storage.unavailable' }),
        0,
      ],
    ])
  })

  it('are one for a decision of the guard', async () => {
    const { otel, box } = measured()
    const { tokens } = await connect(box)
    otel.reset()
    await call(box, tokens.access_token)
    await call(box, tokens.access_token, '/api/projects/beta/items')
    const spans = otel.spans().filter(({ name }) => name === 'guard')
    expect(spans.map(({ attributes }) => attributes)).toEqual([
      { 'grantor.outcome': 'allowed' },
      { 'grantor.outcome': 'refused', 'http.response.status_code': 403, 'grantor.reason': 'scope.insufficient' },
    ])
    const ids = spans.map((span) => span.spanContext().spanId)
    const finds = otel.spans().filter(({ name }) => name === 'storage findToken')
    expect(finds.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(ids)
  })

  it('are few by name, whatever is asked for', async () => {
    const { otel, box } = measured()
    for (const path of ['/oauth/token', '/oauth/token/', '/oauth/nothing', `/${'x'.repeat(99)}`])
      await send(box, path, { method: 'POST' })
    await send(box, '/oauth/token', { method: 'BREW' })
    expect(new Set(otel.spans().map(({ name }) => name))).toEqual(new Set(['POST /oauth/token', '_OTHER /oauth/token']))
  })
})

describe('metrics', () => {
  it('count events, tokens, refusals and decisions, and time requests and the storage', async () => {
    const { otel, box } = measured()
    const { client, tokens } = await connect(box)
    await refresh(box, client, tokens.refresh_token)
    await refresh(box, client, 'x')
    await call(box, tokens.access_token)
    await call(box, 'x')
    await revoke(box, client, tokens.refresh_token)
    const points = await otel.points()
    expect(names(points)).toEqual(
      new Set([
        'grantor.request.duration',
        'grantor.guard.duration',
        'grantor.guard.decisions',
        'grantor.storage.duration',
        'grantor.events',
        'grantor.tokens.issued',
        'grantor.refusals',
      ]),
    )
    expect(counted(points, 'grantor.tokens.issued')).toEqual({
      '{"grantor.grant_type":"authorization_code"}': 1,
      '{"grantor.grant_type":"refresh_token"}': 1,
    })
    expect(counted(points, 'grantor.events')).toMatchObject({
      '{"grantor.event":"grant.created","grantor.outcome":"success"}': 1,
      '{"grantor.event":"token.issued","grantor.outcome":"success"}': 2,
    })
    expect(counted(points, 'grantor.refusals')).toEqual({
      '{"grantor.reason":"refresh_token.unknown","http.response.status_code":400}': 1,
      '{"grantor.reason":"access_token.malformed","http.response.status_code":401}': 1,
    })
    expect(counted(points, 'grantor.guard.decisions')).toEqual({
      '{"grantor.outcome":"allowed"}': 1,
      '{"grantor.outcome":"refused","grantor.reason":"access_token.malformed"}': 1,
    })
    const requests = counted(points, 'grantor.request.duration')
    expect(requests).toMatchObject({
      '{"http.request.method":"POST","http.route":"/oauth/token","http.response.status_code":200}': 2,
      '{"http.request.method":"POST","http.route":"/oauth/token","http.response.status_code":400}': 1,
    })
    const trips = box.storage.trips().filter((name) => name === 'commit').length
    expect(counted(points, 'grantor.storage.duration')['{"db.operation.name":"commit"}']).toBe(trips)
    await otel.close()
  })

  it('come without spans, and spans without metrics', async () => {
    const { otel, box } = measured()
    const { tracer, meter } = otel.telemetry
    for (const telemetry of [{ tracer }, { meter }, {}]) await connect(testProvider({ telemetry }))
    expect(otel.spans().length).toBeGreaterThan(10)
    expect(counted(await otel.points(), 'grantor.tokens.issued')).toEqual({
      '{"grantor.grant_type":"authorization_code"}': 1,
    })
    expect(box.errors).toEqual([])
    await otel.close()
  })
})

describe('the option', () => {
  it('is checked at boot', () => {
    const wrong = { telemetry: { tracr: {} } } as unknown as TestOptions
    expect(() => testProvider(wrong)).toThrow('telemetry.tracr')
  })
})
