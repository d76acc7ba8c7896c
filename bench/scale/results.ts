import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'

const resultsOf = (name: string) => new URL(`../../results/scale-${name}.json`, import.meta.url)
const guide = new URL('../../../docs/scale.md', import.meta.url)

export interface Results<T> {
  readonly machine: string
  readonly node: string
  readonly date: string
  readonly parameters: Readonly<Record<string, unknown>>
  readonly figures: T
}

export const machine = () => `${cpus().length} × ${cpus()[0]?.model.trim()}`

export async function readResults<T>(name: string): Promise<Results<T> | null> {
  const text = await readFile(resultsOf(name), 'utf8').catch(() => null)
  return text === null ? null : (JSON.parse(text) as Results<T>)
}

/** What was measured, as JSON, and in its place in the guide. */
export async function report<T>(
  name: string,
  parameters: Results<T>['parameters'],
  figures: T,
  table: string,
): Promise<void> {
  const date = new Date().toISOString().slice(0, 10)
  const results: Results<T> = { machine: machine(), node: process.versions.node, date, parameters, figures }
  await mkdir(new URL('.', resultsOf(name)), { recursive: true })
  await writeFile(resultsOf(name), `${JSON.stringify(results, null, 2)}\n`)
  const text = await readFile(guide, 'utf8').catch(() => '')
  const whole = replaced(text, name, `${table}\n\n_${results.machine}, Node ${results.node}, ${date}._`)
  if (whole !== text) await writeFile(guide, whole)
  console.log(table)
}

/** The text with something else between the comments of that name; the same text where there are none. */
export function replaced(text: string, name: string, section: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from === -1 || to < from) return text
  return `${text.slice(0, from + begin.length)}\n\n${section.trim()}\n\n${text.slice(to)}`
}

const isNumeric = (cell: string) => /^[<−-]?[\d.,]+( .{1,3})?$/.test(cell)

/** A table of Markdown, in columns that line up. The first row is the heading. */
export function markdown(rows: readonly (readonly string[])[]): string {
  const [heading = [], ...body] = rows
  const widths = heading.map((_, column) => Math.max(3, ...rows.map((row) => (row[column] ?? '').length)))
  const right = heading.map(
    (_, column) => column > 0 && body.every((row) => row[column] === '' || isNumeric(row[column] ?? '')),
  )
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (right[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join(' | ')} |`
  const rule = widths.map((width, column) => (right[column] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)))
  return [line(heading), `| ${rule.join(' | ')} |`, ...body.map(line)].join('\n')
}

export const thousands = (number: number): string => Math.round(number).toLocaleString('en-GB')
