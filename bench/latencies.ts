export interface Latencies {
  readonly add: (milliseconds: number) => void
  readonly summary: () => { readonly count: number; readonly median: number; readonly p99: number }
}

/** Every latency of a round, in milliseconds. */
export function latencies(): Latencies {
  let values = new Float64Array(1 << 14)
  let count = 0
  return {
    add(milliseconds) {
      if (count === values.length) {
        const larger = new Float64Array(2 * count)
        larger.set(values)
        values = larger
      }
      values[count] = milliseconds
      count += 1
    },
    summary() {
      const sorted = values.slice(0, count).sort()
      const at = (part: number) => sorted[Math.min(count - 1, Math.floor(count * part))] ?? Number.NaN
      return { count, median: at(0.5), p99: at(0.99) }
    },
  }
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
