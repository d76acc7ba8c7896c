import type { Context } from '../context.js'
import type { Awaitable } from '../hooks.js'
import { covers, intersectScope } from '../protocol/scope.js'
import type { ProjectId, Subject } from '../records.js'
import type { Reach } from '../storage.js'
import { upon } from '../upon.js'
import { type Bounds, isBounded, pinned, pinnedReach, projectsWithin } from './account.js'

/** What a grant comes to once the host has said what the person holds right now. */
export interface CurrentReach extends Reach {
  /** Projects in which the person holds less than `scope`, and what that is. */
  readonly limits: Readonly<Record<string, readonly string[]>>
}

/** How many of a host's answers are waited for at once. */
const atOnce = 20

/** Ask the host about many things, a few at a time, until all are known or enough is. */
export async function askInTurn<T, Answer>(
  things: readonly T[],
  ask: (thing: T) => Promise<Answer>,
  isEnough: (answers: readonly Answer[]) => boolean = () => false,
): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  for (let from = 0; from < things.length && !isEnough(answers); from += atOnce)
    answers.push(...(await Promise.all(things.slice(from, from + atOnce).map(ask))))
  return answers
}

/** The part of a scope that a person holds in a project right now, by the host's word. */
export const heldScope = (
  context: Context,
  subject: Subject,
  project: ProjectId | null,
  scope: readonly string[],
): Awaitable<readonly string[]> =>
  upon(context.hooks.entitlements({ subject, project }), (held) => intersectScope(scope, held, context.implied))

/** The projects of a person that a client may reach, by the host's word of right now. */
async function everyProject(context: Context, subject: Subject, bounds: Bounds): Promise<readonly ProjectId[]> {
  const projects = (await context.hooks.projects?.list({ subject })) ?? []
  return projectsWithin(bounds, projects).map((project) => project.id as ProjectId)
}

/** The projects to ask about. Which account a project belongs to is known from the list of the person's own alone. */
function candidatesOf(
  context: Context,
  subject: Subject,
  { projects }: Reach,
  bounds: Bounds,
): Awaitable<readonly ProjectId[]> {
  if (projects !== 'all' && bounds.accountId === null) return pinned(bounds, projects)
  const within = everyProject(context, subject, bounds)
  return projects === 'all' ? within : within.then((own) => projects.filter((project) => own.includes(project)))
}

/**
 * Narrow a grant to what its subject may still do, and its client can reach. A project in which nothing is left is dropped. A grant
 * for all projects stays one, because the guard asks the host about each project as it comes, unless its client does not reach all
 * of them: then those are named.
 */
export function currentReach(
  context: Context,
  subject: Subject | null,
  granted: Reach,
  bounds: Bounds,
): Awaitable<CurrentReach> {
  if (subject === null) return { scope: granted.scope, projects: pinnedReach(bounds, granted.projects), limits: {} }
  return reachOf(context, subject, granted, bounds)
}

function reachOf(context: Context, subject: Subject, granted: Reach, bounds: Bounds): Awaitable<CurrentReach> {
  const { scope, projects } = granted
  if (!context.hooks.projects)
    return upon(heldScope(context, subject, null, scope), (held) => ({ scope: held, projects, limits: {} }))
  const all = projects === 'all' && !isBounded(bounds)
  return upon(candidatesOf(context, subject, granted, bounds), (candidates) => {
    const only = candidates[0]
    if (only === undefined || candidates.length > 1 || all) return reachAmong(context, subject, scope, candidates, all)
    return upon(heldScope(context, subject, only, scope), (held) => ({
      scope: held,
      projects: held.length > 0 ? [only] : [],
      limits: {},
    }))
  })
}

/** @param all it is for these and all that will be, so that none of them is named */
async function reachAmong(
  context: Context,
  subject: Subject,
  granted: readonly string[],
  candidates: readonly ProjectId[],
  all: boolean,
): Promise<CurrentReach> {
  const held = await askInTurn(
    candidates,
    async (project) => ({ project, scope: await heldScope(context, subject, project, granted) }),
    (answers) =>
      all &&
      covers(
        answers.flatMap(({ scope }) => scope),
        granted,
        context.implied,
      ),
  )
  const left = held.filter(({ scope }) => scope.length > 0)
  const union = new Set(left.flatMap(({ scope }) => scope))
  // In the grant's own order first, then what only an implied scope is left of.
  const scope = [...granted.filter((name) => union.delete(name)), ...union]
  if (all) return { scope, projects: 'all', limits: {} }
  return {
    scope,
    projects: left.map(({ project }) => project),
    limits: Object.fromEntries(
      left.filter((one) => one.scope.length < scope.length).map((one) => [one.project, one.scope]),
    ),
  }
}
