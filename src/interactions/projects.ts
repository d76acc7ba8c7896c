import type { Context } from '../context.js'
import type { Project, ProjectChoice } from '../hooks.js'
import { boundsOf, projectsWithin } from '../policy/account.js'
import { foldName } from '../policy/client.js'
import { askInTurn, heldScope } from '../policy/reach.js'
import { limits } from '../protocol/limits.js'
import type { ProjectId } from '../records.js'
import type { ConsentView, ProjectView } from '../views.js'
import type { Asking } from './interaction.js'

/** How many projects are shown at once. The host is asked about these, and about those that were chosen before. */
const pageSize = 50

/** What a person looks at in the list of their projects. */
export interface Look {
  readonly search?: string
  /** From 1; a page that is not there is the nearest that is. */
  readonly page?: number
  /** Ids of those chosen so far. */
  readonly chosen?: readonly string[]
}

type Listed = NonNullable<ConsentView['projects']>

/** What a request is about, as far as it limits the choice of projects. */
type Choosing = Pick<Asking, 'client'> & { readonly data: Pick<Asking['data'], 'request' | 'subject'> }

/** The projects of the person that the client of this request can reach, and that it asked for where it named some. */
export async function ownProjects(context: Context, { client, data }: Choosing): Promise<readonly Project[]> {
  const own = projectsWithin(boundsOf(client), (await context.hooks.projects?.list({ subject: data.subject })) ?? [])
  const { projects: named } = data.request
  return named ? own.filter(({ id }) => named.includes(id)) : own
}

/** How many the person may choose; null in a host that has none. Those that a client named are not all there are and will be. */
export function choiceOf({ hooks }: Context, { data }: Choosing): ProjectChoice | null {
  const choose = hooks.projects?.choose ?? null
  return choose === 'all' && data.request.projects ? 'many' : choose
}

/** Chosen when the page opens: the only one there is, or those that the client named. */
function chosenAtFirst(options: readonly ProjectView[], asking: Asking, choose: ProjectChoice): readonly string[] {
  const usable = options.filter(({ scope }) => scope.length > 0)
  const isSettled = asking.data.request.projects !== undefined && (choose !== 'one' || usable.length === 1)
  return isSettled || options.length === 1 ? usable.map(({ id }) => id) : []
}

function matching(own: readonly Project[], search: string): readonly Project[] {
  const wanted = foldName(search)
  return wanted === '' ? own : own.filter(({ name }) => foldName(name).includes(wanted))
}

/** Some projects with what the person holds in each right now. */
const withScope = (
  context: Context,
  { data }: Asking,
  projects: readonly Project[],
  offered: readonly string[],
): Promise<readonly ProjectView[]> =>
  askInTurn(projects, async ({ id, name }) => ({
    id,
    name,
    scope: await heldScope(context, data.subject, id as ProjectId, offered),
  }))

/** The part of a person's projects that is looked at, and those chosen so far; null in a host that has none. */
export async function projectsView(
  context: Context,
  asking: Asking,
  offered: readonly string[],
  look: Look,
): Promise<Listed | null> {
  const { projects } = context.hooks
  const choose = choiceOf(context, asking)
  if (!projects || !choose) return null
  const own = await ownProjects(context, asking)
  const search = (look.search ?? '').slice(0, limits.searchLength).trim()
  const found = matching(own, search)
  const pages = Math.max(1, Math.ceil(found.length / pageSize))
  const page = Math.min(Math.max(1, look.page ?? 1), pages)
  const shown = found.slice((page - 1) * pageSize, page * pageSize)
  const elsewhere = own.filter((project) => look.chosen?.includes(project.id) && !shown.includes(project))
  const kept = elsewhere.slice(0, limits.chosenProjects)
  const options = await withScope(context, asking, shown, offered)
  return {
    label: projects.label,
    choose,
    options,
    chosen: pages === 1 && search === '' ? chosenAtFirst(options, asking, choose) : [],
    list: {
      search,
      page,
      pages,
      found: found.length,
      total: own.length,
      kept: await withScope(context, asking, kept, offered),
    },
  }
}

/** The scopes among those offered that the person holds somewhere. A project that nobody asked about may hold any. */
export function heldSomewhere({ options, list }: Listed, offered: readonly string[]): readonly string[] {
  const asked = [...options, ...list.kept]
  return asked.length < list.total ? offered : asked.flatMap(({ scope }) => scope)
}
