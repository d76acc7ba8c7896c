import { isAbsolute, join } from 'node:path'

/** What a place depends on, so that it can be tried for every system on one. */
export interface Surroundings {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
}

const name = 'quarry'

/**
 * Where this program keeps what it remembers: in the folder that the system has for the state of programs, which stays on this
 * machine. A relative path in a variable means nothing and is passed over, as the XDG specification has it.
 */
export function statePlace({ platform, env, home }: Surroundings): string {
  const given = (variable: string | undefined, otherwise: string) =>
    variable !== undefined && isAbsolute(variable) ? variable : otherwise
  switch (platform) {
    case 'win32':
      return join(given(env.LOCALAPPDATA, join(home, 'AppData', 'Local')), name)
    case 'darwin':
      return join(home, 'Library', 'Application Support', name)
    default:
      return join(given(env.XDG_STATE_HOME, join(home, '.local', 'state')), name)
  }
}
