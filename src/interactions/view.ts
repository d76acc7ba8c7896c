import type { Context } from '../context.js'
import type { Session } from '../hooks.js'
import { metadataOf, policyOf } from '../policy/client.js'
import { heldScope } from '../policy/reach.js'
import { resourceOption } from '../policy/resource.js'
import { isLoopback, isPrivateUse, outOfBand, redirectHost } from '../protocol/redirect-uri.js'
import { covers } from '../protocol/scope.js'
import type { Client } from '../records.js'
import type { ChoiceView, ClientView, ConsentView, ConsentWarning, ScopeView } from '../views.js'
import type { Asking, Interaction } from './interaction.js'
import { heldSomewhere, type Look, projectsView } from './projects.js'
import { chosenBefore, heldBeyond, withEarlier } from './step-up.js'

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

/** What a scope says of itself on a page where these are offered. */
export function describeScope(context: Context, name: string, offered: readonly string[]) {
  const { description = name, sensitive = false, readOnly = false, group = null } = context.scopes.get(name) ?? {}
  const implies = [...(context.implied.get(name) ?? [])].filter((other) => other !== name && offered.includes(other))
  return { name, description, sensitive, readOnly, group, implies }
}

function scopeViews(
  context: Context,
  { client, data: { request }, earlier = [] }: Asking,
  offered: readonly string[],
  held: ReadonlySet<string>,
): readonly ScopeView[] {
  const { requiredScope } = policyOf(client)
  return offered.map((name) => ({
    requested: request.scope.includes(name),
    ...describeScope(context, name, offered),
    already: earlier.some(({ scope }) => covers(scope, [name], context.implied)),
    required: requiredScope.includes(name),
    held: held.has(name),
  }))
}

/** Those who may give the read-only scopes alone: where there are others, none of which the client cannot do without. */
const isDivisible = (scopes: readonly ScopeView[]): boolean =>
  scopes.some(({ held, readOnly }) => held && readOnly) &&
  scopes.some(({ held, readOnly }) => held && !readOnly) &&
  scopes.every(({ required, readOnly }) => readOnly || !required)

const hostname = (url: string) => (URL.canParse(url) ? new URL(url).hostname.replace(/^www\./, '') : null)

/** Hosts of which one is below the other have the same owner, as far as anybody can tell. */
function isOtherHost(website: string | undefined, redirectUri: string): boolean {
  const [theirs, ours] = [hostname(website ?? ''), hostname(redirectUri)]
  if (!theirs || !ours || isLoopback(redirectUri) || isPrivateUse(redirectUri)) return false
  return theirs !== ours && !theirs.endsWith(`.${ours}`) && !ours.endsWith(`.${theirs}`)
}

/** @param redirectUri null: answers go nowhere, the client comes and asks */
async function warningsOf(
  context: Context,
  client: Client,
  redirectUri: string | null,
): Promise<readonly ConsentWarning[]> {
  const view = clientView(client)
  if (view.verified) return []
  const host = redirectUri === null ? null : redirectHost(redirectUri)
  const suspicious = await context.hooks.suspicious({ client: view, redirectHost: host })
  const elsewhere = redirectUri !== null && isOtherHost(metadataOf(client).client_uri, redirectUri)
  return [...(suspicious ? (['suspicious'] as const) : []), ...(elsewhere ? (['other_host'] as const) : [])]
}

/** What became of the last attempt to approve. */
export type Attempt = Pick<ConsentView, 'problem' | 'last'>

/** How a page came to be shown. */
interface Shown {
  readonly session: Session
  readonly csrf: string
  readonly attempt?: Attempt
  readonly look?: Look
}

/** What a person can choose, with what they hold right now already applied. */
export async function choiceView(
  context: Context,
  asking: Asking,
  { session, csrf, attempt, look }: Shown,
  redirectUri: string | null,
): Promise<ChoiceView> {
  const { request, subject } = asking.data
  const offered = offeredScope(context, [...request.scope, ...heldBeyond(context, asking)])
  const projects = await projectsView(context, asking, offered, look ?? {})
  const held = projects ? heldSomewhere(projects, offered) : await heldScope(context, subject, null, offered)
  const scopes = scopeViews(context, asking, offered, new Set(held))
  return {
    csrf,
    client: clientView(asking.client),
    warnings: await warningsOf(context, asking.client, redirectUri),
    person: { subject, name: session.name },
    resources: request.resource.map((resource) => resourceOption(context, resource)?.name ?? resource),
    scopes,
    projects: projects && { ...projects, chosen: chosenBefore(projects, asking) },
    readOnly: isDivisible(scopes),
    keepAlive: metadataOf(asking.client).grant_types.includes('refresh_token'),
    problem: attempt?.problem ?? null,
    last: attempt?.last ?? null,
  }
}

/** Everything the consent page shows. */
export async function consentView(context: Context, interaction: Interaction, shown: Shown): Promise<ConsentView> {
  const { request, returnTo } = interaction.data
  return {
    ...(await choiceView(context, await withEarlier(context, interaction), shown, request.redirect_uri)),
    id: interaction.secret.reveal(),
    redirectHost: redirectHost(request.redirect_uri),
    loopback: isLoopback(request.redirect_uri),
    byHand: request.redirect_uri === outOfBand,
    switchAccount: context.hooks.switchAccount?.(returnTo) ?? null,
  }
}
