import { readEnv } from './env.js'
import { type RunningDemo, startDemo } from './server.js'

/** This runs as `dist/main.js`: the database goes beside `dist`. */
const folder = new URL('../.data/', import.meta.url)

const lines = ({ issuer, reporter, database }: RunningDemo): readonly (readonly [string, string, string])[] => [
  ['Quarry', issuer, 'a small data platform: sign in as alice, bob or carol, password demo'],
  ['Acme Reporter', reporter, 'an app of somebody else: press Connect'],
  ['Connect a device', `${issuer}/oauth/device`, 'enter the code that `npm run -s example:cli -- login` shows'],
  ['Connected apps', `${issuer}/settings/connected-apps`, 'see what is connected, and disconnect it'],
  ['API', `${issuer}/api`, 'curl it without a token: the answer says how to get one'],
  ['MCP', `${issuer}/mcp`, 'give this URL to an MCP client'],
  ['Metadata', `${issuer}/.well-known/oauth-authorization-server`, ''],
  ['Database', database, ''],
]

function banner(demo: RunningDemo): string {
  const all = lines(demo)
  const width = (column: 0 | 1) => Math.max(...all.filter((line) => line[2] !== '').map((line) => line[column].length))
  const text = all.map(([name, place, what]) =>
    `  ${name.padEnd(width(0))}  ${place.padEnd(width(1))}  ${what}`.trimEnd(),
  )
  return ['', ...text, '', '  Ctrl-C stops it.', ''].join('\n')
}

function fail(error: unknown): never {
  console.error(`demo: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}

/** npm passes a signal on to the shell it has started and no further: the shell dies, and this process loses its parent. */
function onOrphaned(stop: () => void): void {
  const parent = process.ppid
  const look = () => process.ppid !== parent && stop()
  if (process.env.npm_lifecycle_event === 'start') setInterval(look, 250).unref()
}

/** The first signal lets requests finish; a second one does not wait. */
function stopWhenAsked(demo: RunningDemo): void {
  let stopping = false
  const stop = () => {
    if (stopping) process.exit(1)
    stopping = true
    demo.stop().then(() => process.exit(0), fail)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop)
  onOrphaned(() => stopping || stop())
}

try {
  const demo = await startDemo(readEnv(process.env), folder)
  stopWhenAsked(demo)
  console.log(banner(demo))
} catch (error) {
  fail(error)
}
