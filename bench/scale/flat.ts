/** How much memory was in use, after a collection. */
export interface Sample {
  readonly minute: number
  readonly heap: number
}

/** The line through the points, and how sure it is: its slope, and the standard error of that. */
export function slopeOf(samples: readonly Sample[]): { readonly slope: number; readonly error: number } {
  const count = samples.length
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / count
  const [x, y] = [mean(samples.map(({ minute }) => minute)), mean(samples.map(({ heap }) => heap))]
  const across = samples.reduce((sum, { minute }) => sum + (minute - x) ** 2, 0)
  const slope = samples.reduce((sum, { minute, heap }) => sum + (minute - x) * (heap - y), 0) / across
  const off = samples.reduce((sum, { minute, heap }) => sum + (heap - y - slope * (minute - x)) ** 2, 0)
  return { slope, error: Math.sqrt(off / Math.max(1, count - 2) / across) }
}

/** What a line says: bytes a minute, how far off that may be, and bytes for each request. */
export interface Growth {
  readonly slope: number
  readonly error: number
  readonly perRequest: number
}

/** Bytes that a request may seem to leave behind for good. Records take some hundreds each. */
const noise = 16

/** Growth is what is more than the line may be off by, and more than a request can leave without leaving a record. */
export const isFlat = ({ slope, error, perRequest }: Growth): boolean => slope <= 2 * error || perRequest <= noise
