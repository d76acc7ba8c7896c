import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { machine } from './machine.js'
import { subjects } from './peers/cold-start/subjects.js'
import { versionsOf } from './versions.js'

/** How long a process takes until it can answer: each sample is a process of its own, and they take turns. */
const { values } = parseArgs({ options: { samples: { type: 'string', default: '15' }, only: { type: 'string' } } })
const samples = Number(values.samples)
const names = values.only?.split(',') ?? Object.keys(subjects)

interface Memory {
  readonly rss: number
  readonly heap: number
}

/** Milliseconds, and kilobytes more than a process that has loaded nothing. */
interface Sample {
  readonly load: number
  readonly make: number
  readonly token: number | null
  readonly afterLoad: Memory
  readonly afterMade: Memory
  readonly afterToken: Memory | null
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const sampleOf = (name: string): Sample =>
  JSON.parse(
    execFileSync(process.execPath, ['--expose-gc', here('./peers/cold-start/sample.js'), name], {
      encoding: 'utf8',
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as Sample

const taken = new Map<string, Sample[]>(names.map((name) => [name, []]))
// The first turn fills the file cache for everybody, and is not counted.
for (let turn = 0; turn <= samples; turn += 1)
  for (const name of names) {
    const sample = sampleOf(name)
    if (turn > 0) taken.get(name)?.push(sample)
  }

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const [low = 0, high = 0] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]]
  return Math.round(((low + high) / 2) * 10) / 10
}

const rows = names.map((name) => {
  const all = taken.get(name) ?? []
  const of = (pick: (sample: Sample) => number | undefined | null) => {
    const numbers = all.map(pick).filter((one) => typeof one === 'number')
    return numbers.length > 0 ? median(numbers) : null
  }
  return {
    id: name,
    title: subjects[name]?.title ?? name,
    versions: versionsOf(subjects[name]?.packages ?? []),
    load: of(({ load }) => load),
    make: of(({ make }) => make),
    token: of(({ token }) => token),
    ready: of(({ load, make }) => load + make),
    rssLoad: of(({ afterLoad }) => afterLoad.rss),
    heapLoad: of(({ afterLoad }) => afterLoad.heap),
    rssMade: of(({ afterMade }) => afterMade.rss),
    heapMade: of(({ afterMade }) => afterMade.heap),
    heapToken: of(({ afterToken }) => afterToken?.heap),
    rssToken: of(({ afterToken }) => afterToken?.rss),
    samples: all,
  }
})

console.table(
  Object.fromEntries(
    rows.map(({ id, load, make, token, ready, rssMade, heapMade, heapToken }) => [
      id,
      { load, make, ready, token, rssMade, heapMade, heapToken },
    ]),
  ),
)
if (!values.only)
  writeFileSync(
    here('../results/cold-start.json'),
    `${JSON.stringify({ machine: machine(), date: new Date().toISOString(), samples, rows }, null, 2)}\n`,
  )
