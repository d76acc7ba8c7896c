import { catalogue, type Listed } from './catalogue.js'
import { check } from './check.js'
import { machine } from './machine.js'
import { measure } from './measure.js'
import { keep, report } from './report.js'
import type { Measured } from './results.js'
import { readSettings, type Settings } from './settings.js'
import { table } from './table.js'
import { verdicts } from './targets.js'
import { workloads } from './workloads.js'

/** `npm run bench`: everybody, on everything. See docs/benchmarks.md. */
const say = (line: string) => console.log(line)

async function contestants(settings: Settings): Promise<readonly Listed[]> {
  const everybody = await catalogue(say)
  const stranger = settings.contestants?.find((id) => !everybody.some(({ contestant }) => contestant.id === id))
  if (stranger !== undefined) throw new TypeError(`no contestant ${stranger}`)
  return everybody.filter(({ contestant }) => settings.contestants?.includes(contestant.id) ?? true)
}

async function write({ rounds, seconds, connections }: Settings, measured: readonly Measured[]): Promise<void> {
  const date = new Date().toISOString().slice(0, 10)
  await keep({ date, machine: machine(), rounds, seconds, connections, measured })
}

async function run(settings: Settings): Promise<readonly Measured[]> {
  const wanted = await contestants(settings)
  const measured: Measured[] = []
  for (const workload of workloads.filter(({ id }) => settings.workloads.includes(id))) {
    const entrants = wanted.filter(({ contestant }) => contestant.workloads[workload.id])
    if (entrants.length === 0) continue
    say(`\n${workload.title}: ${workload.checked}`)
    const rows = await measure(workload, entrants, settings, say)
    const one = { workload: workload.id, title: workload.title, rows }
    measured.push(one)
    for (const line of table(one)) say(line)
    if (settings.write) await write(settings, [one])
  }
  return measured
}

const settings = readSettings(process.argv.slice(2))
if (settings.report) await report()
// It has the sources bundled and is a program of its own.
else if (settings.micro) await import(new URL('micro.js', import.meta.url).href)
else if (settings.check) process.exitCode = (await check(await contestants(settings), say)) ? 0 : 1
else {
  const measured = await run(settings)
  say('')
  for (const line of verdicts(measured)) say(line)
  if (settings.write) await report()
}
