import type { Context } from '../context.js'
import type { Session } from '../hooks.js'
import { metadataOf, policyOf } from '../policy/client.js'
import { askInTurn, heldScope } from '../policy/reach.js'
import { isLoopback, redirectHost } from '../protocol/redirect-uri.js'
import type { Client, ProjectId, Subject } from '../records.js'
import type { ClientView, ConsentView, ProjectView, ScopeView } from '../views.js'
import type { Interaction } from './interaction.js'

export function clientView(client: Client): ClientView {
  const { client_name, logo_uri, client_uri } = metadataOf(client)
  return {
    id: client.id,
    name: client_name ?? client.id,
    verified: client.registration === 'manual',
    registration: client.registration,
    logo: logo_uri ?? null,
    website: client_uri ?? null,
  }
}

/** The scopes a person can choose from: those asked for and all they imply, in the host's order. */
export function offeredScope(context: Context, requested: readonly string[]): readonly string[] {
  const offered = new Set(requested.flatMap((name) => [...(context.implied.get(name) ?? [])]))
  return [...context.scopes.keys()].filter((name) => offered.has(name))
}

async function projectViews(
  context: Context,
  subject: Subject,
  offered: readonly string[],
): Promise<readonly ProjectView[]> {
  const projects = (await context.hooks.projects?.list({ subject })) ?? []
  return askInTurn(projects, async ({ id, name }) => ({
    id,
    name,
    scope: await heldScope(context, subject, id as ProjectId, offered),
  }))
}

function scopeViews(
  context: Context,
  interaction: Interaction,
  offered: readonly string[],
  held: ReadonlySet<string>,
): readonly ScopeView[] {
  const { requiredScope } = policyOf(interaction.client)
  return offered.map((name) => ({
    name,
    description: context.scopes.get(name)?.description ?? name,
    sensitive: context.scopes.get(name)?.sensitive ?? false,
    implies: [...(context.implied.get(name) ?? [])].filter((other) => other !== name && offered.includes(other)),
    requested: interaction.data.request.scope.includes(name),
    required: requiredScope.includes(name),
    held: held.has(name),
  }))
}

/** Everything the consent page shows, with what the person holds right now already applied. */
export async function consentView(
  context: Context,
  interaction: Interaction,
  page: {
    readonly session: Session
    readonly csrf: string
    readonly attempt: Pick<ConsentView, 'problem' | 'last'> | null
  },
): Promise<ConsentView> {
  const { request, subject } = interaction.data
  const offered = offeredScope(context, request.scope)
  const { projects } = context.hooks
  const options = projects ? await projectViews(context, subject, offered) : []
  const held = projects ? options.flatMap((option) => option.scope) : await heldScope(context, subject, null, offered)
  const [only] = options
  return {
    id: interaction.secret.reveal(),
    csrf: page.csrf,
    client: clientView(interaction.client),
    redirectHost: redirectHost(request.redirect_uri),
    loopback: isLoopback(request.redirect_uri),
    person: { subject, name: page.session.name },
    resources: request.resource.map((resource) => context.resources.get(resource)?.name ?? resource),
    scopes: scopeViews(context, interaction, offered, new Set(held)),
    projects: projects && {
      label: projects.label,
      choose: projects.choose,
      options,
      chosen: only && options.length === 1 && only.scope.length > 0 ? [only.id] : [],
    },
    keepAlive: metadataOf(interaction.client).grant_types.includes('refresh_token'),
    problem: page.attempt?.problem ?? null,
    last: page.attempt?.last ?? null,
  }
}
