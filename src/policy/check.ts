import * as z from 'zod/mini'
import type { Context } from '../context.js'
import { OAuthError } from '../protocol/errors.js'
import { limits } from '../protocol/limits.js'
import { present } from '../protocol/present.js'
import type { Registration } from '../records.js'
import type { ClientPolicy } from './client.js'

const ids = z.array(z.string().check(z.minLength(1), z.maxLength(limits.nameLength)))

const schema = z.strictObject({
  rotation: z.optional(z.enum(['rotate', 'reuse'])),
  requiredScope: z.optional(z.array(z.string())),
  scope: z.optional(z.nullable(z.array(z.string()))),
  trusted: z.optional(z.boolean()),
  projects: z.optional(z.nullable(ids.check(z.maxLength(limits.pinnedProjects)))),
  resources: z.optional(z.nullable(z.array(z.string()))),
  introspect: z.optional(z.array(z.string())),
  description: z.optional(z.string().check(z.maxLength(limits.descriptionLength))),
  allowTokenEndpointAudience: z.optional(z.boolean()),
})

const refusePolicy = (problem: string) =>
  new OAuthError('invalid_client_metadata', `policy: ${problem}`, 'client.policy')

/**
 * @param registration where the client came from: a client that nobody of the host looked at is never trusted.
 * @throws OAuthError `invalid_client_metadata` for what is no policy, or names a scope that does not exist
 */
export function checkPolicy(context: Context, policy: unknown, registration: Registration): Partial<ClientPolicy> {
  const { data, error } = schema.safeParse(policy)
  const [issue] = error?.issues ?? []
  if (issue || !data) throw refusePolicy(`${issue?.path.join('.')}: ${issue?.message}`)
  const unknown = [...(data.scope ?? []), ...(data.requiredScope ?? [])].find((name) => !context.scopes.has(name))
  if (unknown !== undefined) throw refusePolicy(`unknown scope ${unknown}`)
  const named = [...(data.introspect ?? []), ...(data.resources ?? [])]
  const stranger = named.find((resource) => !context.resources.has(resource))
  if (stranger !== undefined) throw refusePolicy(`${stranger} is not among the resources`)
  if (data.trusted && registration !== 'manual') throw refusePolicy('trusted: only a manual client can be trusted')
  return present(data)
}
