import type { Hooks, Refusal } from './hooks.js'
import type { AuditEvent } from './records.js'
import type { Storage } from './storage.js'
import { type Surround, surrounded } from './surrounded.js'
import type { Attributes, Histogram, Span, TelemetryOptions } from './telemetry/api.js'

/**
 * What a host with OpenTelemetry sees: a span and a duration for every request, every decision of the guard and every call to the
 * storage, and counters. Names and attributes are few and fixed. No secret is among them, and nobody's id.
 */
export interface Telemetry {
  /** A request to one of the provider's own routes. */
  readonly request: <T extends { readonly status: number }>(about: AboutRequest, answer: () => Promise<T>) => Promise<T>
  /** A request to a route that the host guards. */
  readonly guard: <T extends Guarded>(decide: () => Promise<T>) => Promise<T>
}

export interface AboutRequest {
  readonly method: string
  /** As it is written in the table of routes, so that there are few. */
  readonly route: string
  readonly requestId: string
  /** Why it was refused, once it was. */
  readonly reason: () => string | null
}

/** What the guard answered: the status and reason of a refusal, null where it let somebody through. */
export interface Guarded {
  readonly refused: Pick<Refusal, 'status' | 'reason'> | null
}

/** How something ended. */
type Settled<T> = { readonly value: T } | { readonly error: unknown }

interface Told {
  readonly attributes: Attributes
  /** Only on the span: what would be too many different values in a metric. */
  readonly detail?: Attributes
  readonly failed: boolean
}

/** `SpanKind.CLIENT` and `SpanStatusCode.ERROR` of OpenTelemetry. */
const kindClient = 2
const statusError = 2

/** Seconds. A lookup takes a millisecond, a commit a few, a request to a busy database may take a second. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const duration = (description: string) => ({
  description,
  unit: 's',
  advice: { explicitBucketBoundaries: [...buckets] },
})

/** Anybody may send any method. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

const settle = <T>(ask: () => Promise<T>): Promise<Settled<T>> =>
  ask().then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )

/** Never the message of an error, which may hold anything. */
const errorName = (error: unknown) => (error instanceof Error ? error.name : 'unknown')

interface Observed {
  readonly name: string
  readonly kind?: number
  readonly attributes: Attributes
  readonly histogram: Histogram | undefined
}

/** Something that takes time, in a span of its own if there is a tracer. */
async function observe<T>(
  { tracer }: TelemetryOptions,
  { name, kind, attributes, histogram }: Observed,
  ask: () => Promise<T>,
  tell: (settled: Settled<T>) => Told,
): Promise<T> {
  const measure = async (span: Span | null): Promise<T> => {
    const start = performance.now()
    const settled = await settle(ask)
    const { attributes: found, detail, failed } = tell(settled)
    histogram?.record((performance.now() - start) / 1000, { ...attributes, ...found })
    span?.setAttributes({ ...found, ...detail })
    if (failed) span?.setStatus({ code: statusError })
    span?.end()
    if ('error' in settled) throw settled.error
    return settled.value
  }
  if (!tracer) return measure(null)
  return tracer.startActiveSpan(name, { ...(kind !== undefined && { kind }), attributes: { ...attributes } }, measure)
}

const reasonOf = (reason: string | null): Attributes => (reason === null ? {} : { 'grantor.reason': reason })

export function telemetryOf(options: TelemetryOptions): Telemetry {
  const { meter } = options
  const requests = meter?.createHistogram('grantor.request.duration', duration('Requests to the provider'))
  const guarded = meter?.createHistogram('grantor.guard.duration', duration('Requests to guarded routes'))
  const decisions = meter?.createCounter('grantor.guard.decisions', {
    description: 'What the guard let through or refused',
  })
  return {
    request({ method: sent, route, requestId, reason }, answer) {
      const method = methods.has(sent) ? sent : '_OTHER'
      const attributes = { 'http.request.method': method, 'http.route': route }
      return observe(options, { name: `${method} ${route}`, attributes, histogram: requests }, answer, (settled) => {
        const status = 'value' in settled ? settled.value.status : 500
        const detail = { 'grantor.request_id': requestId, ...reasonOf(reason()) }
        return { attributes: { 'http.response.status_code': status }, detail, failed: status >= 500 }
      })
    },
    guard(decide) {
      return observe(options, { name: 'guard', attributes: {}, histogram: guarded }, decide, (settled) => {
        const refused = 'value' in settled ? settled.value.refused : { status: 500, reason: errorName(settled.error) }
        const outcome = { 'grantor.outcome': refused ? 'refused' : 'allowed' }
        decisions?.add(1, { ...outcome, ...reasonOf(refused?.reason ?? null) })
        const detail = refused ? { 'http.response.status_code': refused.status, ...reasonOf(refused.reason) } : {}
        return { attributes: outcome, detail, failed: (refused?.status ?? 0) >= 500 }
      })
    },
  }
}

/** The same storage, with every call observed. */
export function observedStorage(storage: Storage, options: TelemetryOptions): Storage {
  const histogram = options.meter?.createHistogram('grantor.storage.duration', duration('Calls to the storage'))
  const surround: Surround = (ask, method) =>
    observe(
      options,
      { name: `storage ${method}`, kind: kindClient, attributes: { 'db.operation.name': method }, histogram },
      ask,
      (settled) =>
        'error' in settled
          ? { attributes: { 'error.type': errorName(settled.error) }, failed: true }
          : { attributes: {}, failed: false },
    )
  return surrounded(storage, surround)
}

/** The same hooks, with what they are told counted. */
export function countedHooks(hooks: Hooks, { meter }: TelemetryOptions): Hooks {
  if (!meter) return hooks
  const events = meter.createCounter('grantor.events', { description: 'Audit events' })
  const issued = meter.createCounter('grantor.tokens.issued', { description: 'Token responses' })
  const refusals = meter.createCounter('grantor.refusals', { description: 'Refused requests' })
  return {
    ...hooks,
    onEvent(event: AuditEvent) {
      events.add(1, { 'grantor.event': event.type, 'grantor.outcome': event.outcome })
      if (event.type === 'token.issued') issued.add(1, { 'grantor.grant_type': String(event.data.grant_type) })
      hooks.onEvent(event)
    },
    onRefusal(refusal) {
      refusals.add(1, { 'grantor.reason': refusal.reason, 'http.response.status_code': refusal.status })
      hooks.onRefusal(refusal)
    },
  }
}
