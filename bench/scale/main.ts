import { parseArgs } from 'node:util'
import { memory } from './memory.js'
import { overload } from './overload.js'
import { processes } from './processes.js'
import { rows } from './rows.js'
import { simulate } from './simulate.js'

/**
 * How far a provider goes: how much memory it takes, what it does under too much load, with how many processes, and what a hundred
 * million grants would need.
 *
 *     npm run bench:scale -- memory [--seconds 600] [--grants 10000]
 *     npm run bench:scale -- overload [--only memory,postgres,fewer,slow,short,few]
 *     npm run bench:scale -- processes [--seconds 8]
 *     npm run bench:scale -- rows [--grants 200000]
 *     npm run bench:scale -- simulate [--seed 1]
 *
 * `BENCH_POSTGRES_URL` names the database; tables are made for a run and dropped at its end. Each writes bench/results/scale-*.json
 * and its table in docs/scale.md.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string' },
    grants: { type: 'string' },
    only: { type: 'string' },
    seed: { type: 'string' },
  },
})
const number = (text: string | undefined, otherwise: number) => (text === undefined ? otherwise : Number(text))

const commands: Readonly<Record<string, () => Promise<void>>> = {
  memory: () => memory({ seconds: number(values.seconds, 600), grants: number(values.grants, 10_000) }),
  overload: () => overload(values.only?.split(',') ?? null),
  processes: () => processes({ seconds: number(values.seconds, 8) }),
  rows: () => rows({ grants: number(values.grants, 200_000) }),
  simulate: () => simulate({ seed: number(values.seed, 1) }),
}

const command = commands[positionals[0] ?? '']
if (!command) throw new TypeError(`say which: ${Object.keys(commands).join(', ')}`)
await command()
