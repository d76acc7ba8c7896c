import { redirectLines, redirectUriProblems } from '../../clients/redirect-lines.js'
import type { Context } from '../../context.js'
import { type ClientPolicy, isConfidential, metadataOf, policyOf } from '../../policy/client.js'
import { OAuthError } from '../../protocol/errors.js'
import { many, type Parameters, single } from '../../protocol/parameters.js'
import type { Client } from '../../records.js'
import type { ClientFormProblem, ClientFormView } from '../../views/management.js'
import { deskOf, type Keeper, requireKept } from './desk.js'

type Values = ClientFormView['values']

const empty: Values = {
  name: '',
  description: '',
  redirectUris: '',
  confidential: true,
  grantTypes: ['authorization_code'],
  scope: null,
  account: '',
  trusted: false,
  projects: '',
}

/** A client as the form shows it. */
export function valuesOf(client: Client): Values {
  const { scope, trusted, projects, description } = policyOf(client)
  const { client_name = '', redirect_uris, grant_types } = metadataOf(client)
  return {
    name: client_name,
    description,
    redirectUris: redirect_uris.join('\n'),
    confidential: isConfidential(client),
    grantTypes: grant_types.filter((type) => type !== 'refresh_token'),
    scope,
    account: client.accountId ?? '',
    trusted,
    projects: projects?.join('\n') ?? '',
  }
}

/** With this a client acts for itself: who registers one for themselves has nobody to give that. */
const ownName = 'client_credentials'

/** The ways to get tokens that a client of this area can have. */
const choicesOf = ({ grantTypes }: Context, { area }: Pick<Keeper, 'area'>): readonly string[] =>
  grantTypes.filter((type) => type !== 'refresh_token' && (type !== ownName || area === 'admin'))

/** The ways that a client has and this area does not offer. A form in which they cannot be seen does not take them away. */
const otherTypes = (before: Client | null, offered: readonly string[]): readonly string[] =>
  before ? valuesOf(before).grantTypes.filter((type) => !offered.includes(type)) : []

/**
 * What was typed, as it was typed, so that nobody has to type it again.
 *
 * @param before the client that is edited; null for a new one
 */
export function readValues(
  context: Context,
  keeper: Pick<Keeper, 'area'>,
  form: Parameters,
  before: Client | null,
): Values {
  const text = (name: string) => single(form, name) ?? ''
  const offered = choicesOf(context, keeper)
  return {
    name: text('name').trim(),
    description: text('description').trim(),
    redirectUris: text('redirect_uris'),
    confidential: text('kind') !== 'public',
    grantTypes: [...offered.filter((type) => many(form, 'grant_type').includes(type)), ...otherTypes(before, offered)],
    scope: text('ceiling') === 'chosen' ? many(form, 'scope').filter((name) => context.scopes.has(name)) : null,
    account: text('account').trim(),
    trusted: text('trusted') === '1',
    projects: text('projects'),
  }
}

/** Ways in which a client acts for people, who may let it stay connected. */
const forPeople = (types: readonly string[]) => types.some((type) => type !== ownName)

/** Whether a client gets refresh tokens, which no form asks about: as it was before, or as soon as there is somebody to give them. */
const refreshes = (values: Values, before: Client | null): boolean =>
  forPeople(values.grantTypes) &&
  (before === null ||
    !forPeople(valuesOf(before).grantTypes) ||
    metadataOf(before).grant_types.includes('refresh_token'))

/** The form as members of RFC 7591. How a client proves itself stays as it is unless it is to keep a secret, or no longer. */
export function metadataFrom(values: Values, before: Client | null): Readonly<Record<string, unknown>> {
  const kept = before !== null && isConfidential(before) === values.confidential
  return {
    client_name: values.name,
    redirect_uris: redirectLines(values.redirectUris),
    ...(!kept && { token_endpoint_auth_method: values.confidential ? 'client_secret_basic' : 'none' }),
    grant_types: [...values.grantTypes, ...(refreshes(values, before) ? ['refresh_token'] : [])],
  }
}

/** What only an administrator says is not taken from anybody else's form. */
export function policyFrom(values: Values, { area }: Pick<Keeper, 'area'>): Partial<ClientPolicy> {
  const own = { description: values.description, scope: values.scope }
  if (area === 'own') return own
  const projects = redirectLines(values.projects)
  return { ...own, trusted: values.trusted, projects: projects.length === 0 ? null : projects }
}

const problem = (field: ClientFormProblem['field'], reason: string, description: string): ClientFormProblem => ({
  field,
  line: null,
  reason,
  description,
})

/** What can be seen to be wrong before anything is tried. */
export function problemsIn(
  context: Context,
  values: Values,
  keeper: Pick<Keeper, 'area'>,
): readonly ClientFormProblem[] {
  const uris = redirectUriProblems(context, values.redirectUris, keeper.area === 'admin' ? 'manual' : 'user')
  return [
    ...(values.name === '' ? [problem('name', 'client.name_missing', 'give it a name')] : []),
    ...(values.grantTypes.length === 0
      ? [problem('grant_type', 'client.grant_types_missing', 'choose at least one way')]
      : []),
    ...uris.map(({ line, problem: description }) => ({
      ...problem('redirect_uris', 'redirect_uri.refused', description),
      line,
    })),
  ]
}

const fields: Readonly<Record<string, ClientFormProblem['field']>> = {
  'client.name_taken': 'name',
  invalid_redirect_uri: 'redirect_uris',
}

/**
 * A refusal as a problem of the form, so that what was typed is shown again.
 *
 * @throws the same error, when mending the form would not help
 */
export function problemFrom(error: unknown): ClientFormProblem {
  if (!(error instanceof OAuthError) || error.status >= 500 || error.status === 404) throw error
  return problem(fields[error.reason] ?? fields[error.code] ?? 'form', error.reason, error.description)
}

/** The form, empty or filled in. */
export function formView(
  context: Context,
  keeper: Keeper,
  client: Client | null,
  attempt: { readonly values: Values; readonly problems: readonly ClientFormProblem[] } | null = null,
): ClientFormView {
  return {
    ...deskOf(keeper),
    id: client?.id ?? null,
    version: client?.version ?? 0,
    values: attempt?.values ?? (client ? valuesOf(client) : empty),
    grantTypes: choicesOf(context, keeper),
    scopes: [...context.scopes].map(([name, { description, sensitive }]) => ({ name, description, sensitive })),
    problems: attempt?.problems ?? [],
  }
}

/**
 * The form of a new client, or of one that is there.
 *
 * @throws OAuthError 404 for a client that is not there or somebody else's, 409 for one that describes itself
 */
export async function showForm(context: Context, keeper: Keeper, query: Parameters): Promise<ClientFormView> {
  const id = single(query, 'id')
  if (id === undefined) return formView(context, keeper, null)
  const client = await requireKept(context, keeper, id)
  if (client.registration !== 'manual' && client.registration !== 'user')
    throw new OAuthError('invalid_request', 'this application describes itself', 'client.not_edited_here', {
      status: 409,
    })
  return formView(context, keeper, client)
}
