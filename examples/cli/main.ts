import { homedir } from 'node:os'
import { items, login, logout, Problem, type Surface, whoami } from './commands.js'
import { statePlace } from './place.js'
import { explain, platformAt } from './platform.js'
import { sessionsIn } from './session.js'

const usage = `Usage: quarry <command>

  login             have somebody let this program in
  items [project]   list the items of a project
  whoami            who is logged in, and what this program may do
  logout            end it, here and at the platform

QUARRY_API is the URL of the API: http://127.0.0.1:3000/api unless it is set.`

/** Whatever came from elsewhere must not steer the terminal. */
const printable = (text: string): string => text.replaceAll(/(?![\t\n])\p{Cc}/gu, '\u{fffd}')

function surface(): Surface {
  const api = (process.env.QUARRY_API || 'http://127.0.0.1:3000/api').replace(/\/$/, '')
  if (!URL.canParse(api)) throw new Problem('QUARRY_API must be a URL.')
  const { platform, env } = process
  return {
    api,
    platform: platformAt(api),
    sessions: sessionsIn(statePlace({ platform, env, home: homedir() })),
    print: (line) => console.log(printable(line)),
    tell: (line) => console.error(printable(line)),
  }
}

const commands: Readonly<Record<string, (surface: Surface, argument: string | undefined) => Promise<void>>> = {
  login,
  logout,
  whoami,
  items,
}

async function run([name = '', argument, ...rest]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (['help', '--help', '-h'].includes(name)) {
    console.log(usage)
    return 0
  }
  if (!command || rest.length > 0 || (argument !== undefined && name !== 'items')) {
    console.error(usage)
    return 2
  }
  await command(surface(), argument)
  return 0
}

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  console.error(printable(error instanceof Problem ? error.message : explain(error)))
  process.exitCode = 1
}
