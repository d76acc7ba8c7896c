import { type Measured, type Results, type Row, ratioOf } from './results.js'
import { isHeld, targetsOf, worstOf } from './targets.js'

/** The figures of a run as Markdown. */

const number = (value: number) => Math.round(value).toLocaleString('en')

const markdown = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')

/** Everybody who was in any workload, in the order of the catalogue. */
function everybody({ measured }: Results): readonly Row[] {
  const rows = new Map(measured.flatMap((one) => one.rows.map((row) => [row.id, row])))
  return [...rows.values()]
}

function cell(measured: Measured, id: string): string {
  const row = measured.rows.find((one) => one.id === id)
  if (!row) return ''
  const ratio = ratioOf(measured, row)
  const cost = ratio ? `**${ratio.cpu.toFixed(2)}**` : `${number(row.cpu)} µs`
  return `${cost} · ${number(row.rate)}/s`
}

/** One row for each contestant, one column for each workload: of the floor by CPU, and requests per second. */
export const overview = (results: Results): string =>
  markdown(
    ['', ...results.measured.map(({ title }) => title)],
    everybody(results).map(({ id, title }) => [title, ...results.measured.map((measured) => cell(measured, id))]),
  )

/** What Grantor is held to, each with the case that is nearest to failing. */
export const targetTable = ({ measured }: Results): string =>
  markdown(
    ['held to', 'at least', 'nearest: by CPU', 'by req/s', ''],
    targetsOf(measured).map((target) => {
      const worst = worstOf(target)
      if (!worst) return [target.name, '', 'not measured', '', '']
      const missed = target.cases.filter((one) => !isHeld(one)).length
      const verdict = missed === 0 ? 'held' : `missed in ${missed} of ${target.cases.length}`
      return [
        target.name,
        worst.least.toFixed(2),
        `${worst.cpu.toFixed(2)} (${worst.label})`,
        worst.rate.toFixed(2),
        verdict,
      ]
    }),
  )

/** All figures of one workload. */
export const details = (measured: Measured): string =>
  markdown(
    [measured.title, 'req/s', 'between', 'p50 ms', 'p99 ms', 'CPU µs', 'between', 'of floor, CPU', 'of floor, req/s'],
    measured.rows.map((row) => {
      const ratio = ratioOf(measured, row)
      return [
        row.title,
        number(row.rate),
        row.rateSpread.map(number).join(' to '),
        row.median.toFixed(2),
        row.p99.toFixed(2),
        number(row.cpu),
        row.cpuSpread.map(number).join(' to '),
        ratio?.cpu.toFixed(2) ?? '',
        ratio?.rate.toFixed(2) ?? '',
      ]
    }),
  )

/** When, where and how a run was made. */
export function circumstances({ date, machine, rounds, seconds, connections }: Results): string {
  const { processor, cores, memory, system, node, pinned } = machine
  const place = `${processor}, ${cores} cores, ${memory} GB, ${system}, Node ${node}`
  const way = pinned ? 'server and load on a core each' : 'server and load wherever the system put them'
  return `${date}, ${place}. Medians of ${rounds} rounds of ${seconds} s, ${connections} connections, ${way}.`
}

/** Of everything that was measured. */
export function versions(results: Results): string {
  const all = new Map(everybody(results).flatMap(({ versions }) => Object.entries(versions)))
  return [...all]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, version]) => `\`${name}\` ${version}`)
    .join(', ')
}
