import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { chart } from './chart.js'
import type { Results } from './results.js'
import { circumstances, details, overview, targetTable, versions } from './tables.js'
import { workloads } from './workloads.js'

/** Where a run leaves its figures. The commands run from the root of the repository. */
const latest = 'bench/results/latest.json'

const begin = (name: string) => `<!-- ${name}: written by npm run bench -->`
const end = (name: string) => `<!-- /${name} -->`

/** @throws Error when the file does not say where the text goes */
export function replaced(page: string, name: string, text: string): string {
  const [from, to] = [page.indexOf(begin(name)), page.indexOf(end(name))]
  if (from === -1 || to < from) throw new Error(`no place for ${name}`)
  return `${page.slice(0, from)}${begin(name)}\n\n${text}\n\n${page.slice(to)}`
}

const summary = (results: Results) =>
  [
    `![How near each comes to a bare server](docs/benchmarks.svg)`,
    targetTable(results),
    overview(results),
    circumstances(results),
    versions(results),
  ].join('\n\n')

const whole = (results: Results) =>
  [
    '![How near each comes to a bare server](benchmarks.svg)',
    circumstances(results),
    versions(results),
    targetTable(results),
    ...results.measured.map(details),
  ].join('\n\n')

async function rewrite(path: string, text: string): Promise<void> {
  await writeFile(path, replaced(await readFile(path, 'utf8'), 'benchmark', text))
}

/** Whether figures can stand beside each other. */
const isLike = (one: Results, other: Results): boolean =>
  JSON.stringify([one.machine, one.rounds, one.seconds, one.connections]) ===
  JSON.stringify([other.machine, other.rounds, other.seconds, other.connections])

/** Write what was measured. Workloads that were not measured this time stay, if they were measured in the same way on the same machine. */
export async function keep(results: Results): Promise<void> {
  await mkdir('bench/results', { recursive: true })
  const before = await readFile(latest, 'utf8').then(
    (text) => JSON.parse(text) as Results,
    () => null,
  )
  const kept = before && isLike(before, results) ? before.measured : []
  const all = [
    ...kept.filter(({ workload }) => !results.measured.some((one) => one.workload === workload)),
    ...results.measured,
  ]
  const measured = workloads.flatMap(({ id }) => all.filter(({ workload }) => workload === id))
  await writeFile(latest, `${JSON.stringify({ ...results, measured }, null, 2)}\n`)
}

/** Draw and write everything that is made of the latest run. */
export async function report(): Promise<void> {
  const results = JSON.parse(await readFile(latest, 'utf8')) as Results
  await writeFile('docs/benchmarks.svg', chart(results))
  await rewrite('docs/benchmarks.md', whole(results))
  await rewrite('README.md', summary(results))
  // As `npm run format` wants everything that is kept here.
  const formatter = 'node_modules/@biomejs/biome/bin/biome'
  await promisify(execFile)(process.execPath, [
    formatter,
    'format',
    '--write',
    latest,
    'docs/benchmarks.md',
    'README.md',
  ])
}
