import { type Measured, ratioOf } from './results.js'

const columns = [
  '',
  'req/s',
  'spread',
  'p50 ms',
  'p99 ms',
  'CPU µs',
  'of floor, CPU',
  'req/s',
  'load',
  'idle',
  'heap MB',
]

const percent = (part: number) => `${Math.round(part * 100)}%`

/** For the terminal: a workload's rows, aligned. */
export function table(measured: Measured): readonly string[] {
  const cells = measured.rows.map((row) => {
    const ratio = ratioOf(measured, row)
    return [
      row.id,
      row.rate.toFixed(0),
      row.rateSpread.map((rate) => rate.toFixed(0)).join('-'),
      row.median.toFixed(2),
      row.p99.toFixed(2),
      row.cpu.toFixed(1),
      ratio?.cpu.toFixed(2) ?? '',
      ratio?.rate.toFixed(2) ?? '',
      percent(row.loadBusy),
      percent(row.idle),
      String(row.heap),
    ]
  })
  const all = [columns, ...cells]
  const widths = columns.map((_, index) => Math.max(...all.map((line) => line[index]?.length ?? 0)))
  return all.map((line) =>
    line
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  '),
  )
}
