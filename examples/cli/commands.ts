import * as z from 'zod'
import { explain, isForgotten, isOver, type Platform } from './platform.js'
import type { Session, Sessions, Tokens } from './session.js'

/** What the program does, apart from the terminal it does it in. */
export interface Surface {
  readonly api: string
  readonly platform: Platform
  readonly sessions: Sessions
  /** What was asked for: it may be piped on. */
  readonly print: (line: string) => void
  /** What the person should know. */
  readonly tell: (line: string) => void
}

/** Something that the person has to do differently. */
export class Problem extends Error {
  override readonly name = 'Problem'
}

const me = z.object({ user: z.string(), scope: z.string(), projects: z.array(z.string()) })
const list = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) })

const notLoggedIn = () => new Problem('You are not logged in. Run: quarry login')

/** Renewed a little early, because the request takes a moment too. */
const early = 30

const isFresh = ({ expiresAt }: Tokens) => expiresAt - early > Date.now() / 1000

/** The session of this API. One of another API is none. */
async function current({ api, sessions }: Surface): Promise<(Session & { readonly tokens: Tokens }) | null> {
  const session = await sessions.read()
  return session?.api === api && session.tokens ? { ...session, tokens: session.tokens } : null
}

/**
 * An access token that still works. Of several runs at once one renews it, and the others find it renewed: most platforms take a refresh
 * token that is used twice for a stolen one.
 *
 * @param refused one that the API would not take, however fresh it looks
 */
async function accessToken(surface: Surface, refused: string | null = null): Promise<string> {
  const isGood = (tokens: Tokens) => tokens.access !== refused && isFresh(tokens)
  const before = await current(surface)
  if (!before) throw notLoggedIn()
  if (isGood(before.tokens)) return before.tokens.access
  return surface.sessions.alone(async () => {
    const session = await current(surface)
    if (!session) throw notLoggedIn()
    if (isGood(session.tokens)) return session.tokens.access
    try {
      if (session.tokens.refresh === null) throw notLoggedIn()
      const tokens = await surface.platform.refresh(session.clientId, session.tokens.refresh)
      await surface.sessions.write({ ...session, tokens })
      return tokens.access
    } catch (error) {
      if (!isOver(error) && !(error instanceof Problem)) throw error
      await surface.sessions.write({ ...session, tokens: null })
      throw new Problem('Your session has ended. Run: quarry login')
    }
  })
}

/** Ask the API; a token that it does not take any more is renewed once. */
async function get(surface: Surface, path: string): Promise<unknown> {
  const access = await accessToken(surface)
  const first = await surface.platform.get(path, access)
  const answer = first.status === 401 ? await surface.platform.get(path, await accessToken(surface, access)) : first
  if (answer.ok) return answer.json()
  if (answer.status === 403) throw new Problem('You did not allow this program to do that. Run: quarry login')
  throw new Problem(`The platform answered ${answer.status}.`)
}

/** The id that this program goes by, which is asked for once. */
async function clientIdOf({ api, platform, sessions }: Surface): Promise<string> {
  const session = await sessions.read()
  return session?.api === api ? session.clientId : platform.register()
}

async function letIn(surface: Surface, clientId: string): Promise<Tokens> {
  const tokens = await surface.platform.login(clientId, ({ userCode, page, link, minutes }) => {
    surface.tell(`Your code is ${userCode}`)
    surface.tell(`Enter it at ${page}`)
    if (link !== null) surface.tell(`or open ${link} and compare the code`)
    surface.tell(`It is good for ${minutes} minutes. Waiting ...`)
  })
  return tokens
}

/** Nobody waits for this: a session that is replaced is of no use to anybody. */
async function end({ platform, tell }: Surface, { clientId, tokens }: Session): Promise<boolean> {
  if (!tokens) return true
  try {
    await platform.revoke(clientId, tokens)
    return true
  } catch (error) {
    if (isOver(error)) return true
    tell(`The platform could not be told: ${explain(error)}`)
    return false
  }
}

export async function login(surface: Surface): Promise<void> {
  const { api, platform, sessions } = surface
  const known = await clientIdOf(surface)
  const [clientId, tokens] = await letIn(surface, known).then(
    (tokens) => [known, tokens] as const,
    async (error: unknown) => {
      if (!isForgotten(error)) throw error
      const fresh = await platform.register()
      return [fresh, await letIn(surface, fresh)] as const
    },
  )
  const replaced = await sessions.alone(async () => {
    const before = await sessions.read()
    await sessions.write({ api, clientId, tokens })
    return before
  })
  if (replaced?.api === api) await end(surface, replaced)
  const { user, projects } = me.parse(await get(surface, '/me'))
  surface.print(`Logged in as ${user}, for ${projects.join(', ')}.`)
}

export async function logout(surface: Surface): Promise<void> {
  const ended = await surface.sessions.alone(async () => {
    const session = await current(surface)
    if (!session) return null
    await surface.sessions.write({ ...session, tokens: null })
    return session
  })
  if (!ended) return surface.print('You were not logged in.')
  // Here it is over in any case; only the platform can end it everywhere.
  if (!(await end(surface, ended)))
    throw new Problem('Logged out here. Disconnect "Quarry CLI" on the platform as well, under Connected apps.')
  surface.print('Logged out.')
}

export async function whoami(surface: Surface): Promise<void> {
  const { user, scope, projects } = me.parse(await get(surface, '/me'))
  surface.print(`${user}\nprojects: ${projects.join(', ')}\nmay: ${scope}`)
}

export async function items(surface: Surface, project: string | undefined): Promise<void> {
  const named = project ?? (await onlyProject(surface))
  const { items } = list.parse(await get(surface, `/projects/${encodeURIComponent(named)}/items`))
  for (const { id, name } of items) surface.print(`${id}\t${name}`)
}

async function onlyProject(surface: Surface): Promise<string> {
  const { projects } = me.parse(await get(surface, '/me'))
  const [only] = projects
  if (only !== undefined && projects.length === 1) return only
  throw new Problem(`Name a project: ${projects.join(', ')}`)
}
