/**
 * The part of OpenTelemetry's API that is used. A host passes its own tracer and meter, which fit as they are, so that the core needs
 * no package for it and costs nothing where there is none.
 */

export type Attributes = Readonly<Record<string, string | number | boolean>>

export interface Span {
  setAttributes(attributes: { [name: string]: string | number | boolean }): unknown
  setStatus(status: { code: number }): unknown
  end(): void
}

export interface Tracer {
  startActiveSpan<T>(
    name: string,
    options: { kind?: number; attributes?: { [name: string]: string | number | boolean } },
    run: (span: Span) => T,
  ): T
}

export interface Counter {
  add(value: number, attributes: { [name: string]: string | number | boolean }): void
}

export interface Histogram {
  record(value: number, attributes: { [name: string]: string | number | boolean }): void
}

interface InstrumentOptions {
  description?: string
  unit?: string
  advice?: { explicitBucketBoundaries?: number[] }
}

export interface Meter {
  createCounter(name: string, options?: InstrumentOptions): Counter
  createHistogram(name: string, options?: InstrumentOptions): Histogram
}

/** What a host measures with. Either may be left out. */
export interface TelemetryOptions {
  /** `trace.getTracer('grantor')` of `@opentelemetry/api`. */
  readonly tracer?: Tracer
  /** `metrics.getMeter('grantor')` of `@opentelemetry/api`. */
  readonly meter?: Meter
}
