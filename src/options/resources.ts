import * as z from 'zod/mini'
import type { ResourceOption } from '../context.js'
import {
  isForProjects,
  refuseConfiguredResource,
  refuseResource,
  resourceFor,
  sameResource,
} from '../protocol/resource.js'

/**
 * An API that tokens are for. With `{project}` as a segment of its path there is one of it for each project, and a token for one of them
 * is good in that project alone.
 */
export interface ResourceDefinition<ScopeName extends string> {
  /** Shown on the consent page. */
  readonly name: string
  /** The scopes it understands; all of them when left out. */
  readonly scope?: readonly ScopeName[]
  /** This provider answers for it although it is on another host. */
  readonly elsewhere?: boolean
  /** What else clients call it, such as the bare origin of an MCP server. In tokens it has its own name all the same. */
  readonly aliases?: readonly string[]
}

const text = z.string().check(z.minLength(1))

/** The shape of one. */
export const resourceSchema = z.strictObject({
  name: text,
  scope: z.optional(z.array(text)),
  elsewhere: z.optional(z.boolean()),
  aliases: z.optional(z.array(text)),
})

/** What looks after the rest of the options. Both throw a TypeError. */
export interface Checks {
  readonly requireScopes: (where: string, scope: readonly string[]) => void
  readonly refuse: (problem: string) => never
}

/** A resource on the issuer's own host, or on one below it. */
function isOwn(resource: string, issuer: string): boolean {
  const [theirs, ours] = [new URL(resource), new URL(issuer)]
  return theirs.host === ours.host || theirs.hostname.endsWith(`.${ours.hostname}`)
}

/** @param scopes every one there is */
export function readResources(
  resources: Readonly<Record<string, ResourceDefinition<string>>>,
  scopes: readonly string[],
  issuer: string,
  { requireScopes, refuse }: Checks,
): ReadonlyMap<string, ResourceOption> {
  const entries = Object.entries(resources)
  if (entries.length === 0) refuse('resources: name at least one, so that every token is for something')
  const sample = (resource: string) => resourceFor(resource, 'x')
  const twin = entries.find(([one], at) =>
    entries.some(([other], before) => before < at && sameResource(sample(one), sample(other))),
  )
  if (twin) refuse(`resources: ${twin[0]} is there in another spelling`)
  return new Map(
    entries.map(([resource, { name, scope, elsewhere = false }]) => {
      const problem = refuseConfiguredResource(resource)
      if (problem !== null) refuse(`resources: ${resource}: ${problem}`)
      if (!elsewhere && !isOwn(resource, issuer))
        refuse(
          `resources: ${resource} is outside the issuer's host; say elsewhere: true if this provider answers for it`,
        )
      requireScopes(`resources: ${resource}`, scope ?? [])
      return [resource, { name, scope: scope ?? scopes }]
    }),
  )
}

/** Other names of resources, each with the one it stands for. */
export function readAliases(
  resources: Readonly<Record<string, ResourceDefinition<string>>>,
  { refuse }: Pick<Checks, 'refuse'>,
): ReadonlyMap<string, string> {
  const names = Object.keys(resources)
  const aliases = Object.entries(resources).flatMap(([resource, { aliases = [] }]) =>
    aliases.map((alias) => [alias, resource] as const),
  )
  for (const [alias, resource] of aliases) {
    const where = `resources: ${resource}: the alias ${alias}`
    const problem = refuseResource(alias)
    if (problem !== null) refuse(`${where} ${problem}`)
    if (isForProjects(resource)) refuse(`${where} says nothing of the project`)
    if (names.some((name) => sameResource(name, alias))) refuse(`${where} is a resource itself`)
    if (aliases.some(([other, of]) => of !== resource && sameResource(other, alias)))
      refuse(`${where} is also one of another resource`)
  }
  return new Map(aliases)
}
