import { AsyncLocalStorage } from 'node:async_hooks'
import { type Context, type ContextManager, context, ROOT_CONTEXT } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'

/** What carries the active span from one step of a request to the next, as a host with Node has it. */
export function followContexts(): void {
  const store = new AsyncLocalStorage<Context>()
  const manager: ContextManager = {
    active: () => store.getStore() ?? ROOT_CONTEXT,
    with: (active, run, self, ...args) =>
      store.run(active, () => run.call(self as ThisParameterType<typeof run>, ...args)),
    bind: (_active, target) => target,
    enable: () => manager,
    disable: () => manager,
  }
  context.setGlobalContextManager(manager)
}

/** A point of a metric, as it was recorded. */
export interface Point {
  readonly metric: string
  readonly attributes: Readonly<Record<string, unknown>>
  /** The sum of a counter, or how often a histogram was recorded. */
  readonly count: number
}

/** OpenTelemetry as a host sets it up, with everything kept in memory. */
export function openTelemetry() {
  const spans = new InMemorySpanExporter()
  const tracing = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const metering = new MeterProvider({ readers: [reader] })
  return {
    telemetry: { tracer: tracing.getTracer('grantor'), meter: metering.getMeter('grantor') },
    spans: () => spans.getFinishedSpans(),
    reset: () => spans.reset(),
    points: async (): Promise<readonly Point[]> => {
      exporter.reset()
      await reader.forceFlush()
      return exporter.getMetrics().flatMap(({ scopeMetrics }) =>
        scopeMetrics.flatMap(({ metrics }) =>
          metrics.flatMap(({ descriptor, dataPoints }) =>
            dataPoints.map(({ attributes, value }) => ({
              metric: descriptor.name,
              attributes,
              count: typeof value === 'number' ? value : value.count,
            })),
          ),
        ),
      )
    },
    close: async () => {
      await reader.shutdown()
    },
  }
}
