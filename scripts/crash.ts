import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Engine, engines } from './crash/databases.js'
import { type CrashReport, crash } from './crash/run.js'
import { isClean } from './crash/verify.js'

/**
 * Kill what a provider depends on while clients use it, and check that nothing was lost:
 *
 *     npm run crash -- --storage postgres|mariadb|redis --seconds 60 [--clients 20] [--kill-process] [--url …]
 *
 * Ends with 1 when anything was lost, written twice or written in part.
 */
const urls: Readonly<Record<Engine, string>> = {
  postgres: process.env.TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/test',
  mariadb: process.env.TEST_MARIADB_URL ?? 'mysql://root@127.0.0.1:3306/test',
  redis: process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379/15',
}

const isEngine = (text: string): text is Engine => engines.some((engine) => engine === text)

function readOptions() {
  const { values } = parseArgs({
    options: {
      storage: { type: 'string', default: 'postgres' },
      seconds: { type: 'string', default: '60' },
      clients: { type: 'string', default: '20' },
      'kill-process': { type: 'boolean', default: false },
      url: { type: 'string' },
    },
  })
  if (!isEngine(values.storage)) throw new TypeError(`--storage is one of ${engines.join(', ')}`)
  return {
    engine: values.storage,
    url: values.url ?? urls[values.storage],
    seconds: Number(values.seconds),
    clients: Number(values.clients),
    killProcess: values['kill-process'],
  }
}

function print({ violations, ...report }: CrashReport): void {
  const { examples, ...counts } = violations
  const lines: readonly (readonly [string, unknown])[] = [
    ['storage', report.version],
    ['ran', `${report.seconds} s, ${report.clients} clients`],
    ['connections killed', report.killedConnections],
    ['processes killed', report.killedProcesses],
    ['refreshes', report.refreshes],
    ['retries', report.retries],
    ['answered 503', report.unavailable],
    ['not answered', report.unanswered],
    ['refreshed, answer lost', report.lostAnswers],
    ['sessions lost', counts.lostSessions],
    ['grants forked', counts.forkedGrants],
    ['commits torn', counts.tornCommits],
    ['events missing', counts.missingEvents],
    ['events double', counts.doubleEvents],
    ['events unexpected', counts.unexpectedEvents],
  ]
  for (const [name, value] of lines) console.log(`${name.padEnd(24)}${value}`)
  for (const example of examples) console.error(example)
}

const program = fileURLToPath(new URL('crash-provider.js', import.meta.url))
const report = await crash({ ...readOptions(), program })
print(report)
process.exitCode = isClean(report.violations) ? 0 : 1
