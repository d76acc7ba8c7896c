import { requireOwnersPolicy } from '../../clients/by-users.js'
import { type ClientChanges, editClient } from '../../clients/edit.js'
import { deleteClient, disableClient, enableClient } from '../../clients/end.js'
import { listClients } from '../../clients/list.js'
import { type Registered, registerClient } from '../../clients/register.js'
import { rotateSecret } from '../../clients/secrets.js'
import type { Context } from '../../context.js'
import { type ClientPolicy, metadataOf, policyOf } from '../../policy/client.js'
import { OAuthError } from '../../protocol/errors.js'
import type { Parameters } from '../../protocol/parameters.js'
import { single } from '../../protocol/parameters.js'
import type { AccountId, Client, Registration, Subject } from '../../records.js'
import type { ClientFilter } from '../../storage.js'
import { usageOf } from '../../usage.js'
import { type Authority, byAuthority, isInSight, requireManaged } from './authority.js'
import { type Body, numberMember, policyJson, policyMember, readBody, textMember } from './bodies.js'
import { type ListJson, listJson, malformed, readChoice, readPage } from './query.js'

type LastUsed = Awaited<ReturnType<ReturnType<typeof usageOf>['lastUsed']>>

/** A client on the wire: the members of RFC 7591 as they are registered, and what the host knows beside them. Never a secret. */
function clientJson(client: Client, uses: LastUsed) {
  const secretJson = ({ digest, createdAt, expiresAt }: Client['secrets'][number]) => ({
    created_at: createdAt,
    expires_at: expiresAt,
    last_used_at: uses.get(digest)?.at ?? null,
  })
  return {
    ...metadataOf(client),
    client_id: client.id,
    client_id_issued_at: client.createdAt,
    registration: client.registration,
    owner_id: client.ownerId,
    account_id: client.accountId,
    disabled_at: client.disabledAt,
    version: client.version,
    policy: policyJson(policyOf(client)),
    secrets: client.secrets.map(secretJson),
    last_used_at: uses.get(client.id)?.at ?? null,
  }
}

export type ClientJson = ReturnType<typeof clientJson>

const known = (context: Context, clients: readonly Client[]): Promise<LastUsed> =>
  usageOf(context).lastUsed(clients.flatMap(({ id, secrets }) => [id, ...secrets.map(({ digest }) => digest)]))

const one = async (context: Context, client: Client): Promise<ClientJson> =>
  clientJson(client, await known(context, [client]))

/** With the secret that is new, shown this once. */
const withSecret = async (context: Context, { client, secret }: Registered) => ({
  ...(await one(context, client)),
  ...(secret && { client_secret: secret.reveal(), client_secret_expires_at: 0 }),
})

const registrations: readonly Registration[] = ['manual', 'user', 'dynamic', 'metadata_document']

function readFilter(query: Parameters, { owner, accountId }: Authority): ClientFilter {
  const registration = readChoice(query, 'registration', registrations)
  const order = readChoice(query, 'order', ['newest', 'oldest', 'name'])
  const disabled = readChoice(query, 'disabled', ['true', 'false'])
  const search = single(query, 'search')?.trim() ?? ''
  const account = accountId ?? single(query, 'account_id')
  return {
    ...(registration !== undefined && { registration }),
    ...(order !== undefined && { order }),
    ...(disabled !== undefined && { disabled: disabled === 'true' }),
    ...(search !== '' && { search }),
    ...(account !== undefined && { accountId: account as AccountId }),
    ...(owner !== null && { ownerId: owner }),
  }
}

/** Every client in sight, a page at a time. A page may hold fewer than its limit and still have a next. */
export async function listManagedClients(
  context: Context,
  authority: Authority,
  query: Parameters,
): Promise<ListJson<ClientJson>> {
  const page = await listClients(context, readFilter(query, authority), readPage(query))
  const items = page.items.filter((client) => isInSight(client, authority))
  const uses = await known(context, items)
  return listJson({ ...page, items }, (client) => clientJson(client, uses))
}

export const readClient = async (context: Context, authority: Authority, id: string): Promise<ClientJson> =>
  one(context, await requireManaged(context, id, authority))

const refuse = (description: string, reason: string) =>
  new OAuthError('access_denied', description, reason, { status: 403 })

/**
 * What leads beyond an account: whose a project is, nobody is asked where a client acts for itself, and a resource is called by people of
 * every account. Only whoever sees all of them may name what was not named before.
 */
const beyondAccounts = ['projects', 'introspect'] as const

const staysWithin = (wanted: unknown, held: readonly unknown[]): boolean =>
  !wanted || [wanted].flat().every((one) => held.includes(one))

function readPolicy(body: Body, authority: Authority, before?: Client): Partial<ClientPolicy> | undefined {
  const { mayTrust, accountId } = authority
  const policy: Partial<ClientPolicy> | undefined = policyMember(body)
  const held = before && policyOf(before)
  const beyond = beyondAccounts.find((name) => !staysWithin(policy?.[name], held?.[name] ?? []))
  if (accountId !== null && beyond !== undefined) throw refuse(`policy: ${beyond} is not yours to set`, 'client.policy')
  if (policy?.trusted === true && !mayTrust && !held?.trusted)
    throw refuse('policy: trusted is not yours to set', 'client.policy')
  return policy
}

/** Where a trusted client sends people, and with which secret, is as good as being trusted. */
function requireMayEdit(client: Client, { owner, mayTrust }: Authority): void {
  if (owner === null && !mayTrust && policyOf(client).trusted)
    throw refuse('a trusted application is edited by people, not by programs', 'client.trusted')
}

/** The account that a new client belongs to: one of the person's own, their only one when they do not say, or any for administrators. */
function readAccount(body: Body, { owner, accountId, accounts }: Authority): AccountId | undefined {
  const wanted = textMember(body, 'account_id')
  const [only] = accounts
  if (accountId !== null && wanted !== undefined && wanted !== accountId)
    throw refuse('this account is out of sight', 'client.other_account')
  if (owner === null) return (accountId ?? wanted) as AccountId | undefined
  if (wanted !== undefined && !accounts.includes(wanted))
    throw refuse('you do not belong to this account', 'client.other_account')
  return (wanted ?? (accounts.length === 1 ? only : undefined)) as AccountId | undefined
}

/** Members of a body that say nothing of a client's metadata. */
const aside: ReadonlySet<string> = new Set(['policy', 'account_id', 'version', 'registration'])

const metadataIn = (body: Body): Body => Object.fromEntries(Object.entries(body).filter(([name]) => !aside.has(name)))

/** Register a client: the host's own for administrators, or a person's. */
export async function createClient(context: Context, authority: Authority, sent: unknown) {
  const body = readBody(sent)
  const { owner, actor } = authority
  const policy = readPolicy(body, authority)
  if (policy && owner !== null) requireOwnersPolicy(Object.keys(policy), [])
  const accountId = readAccount(body, authority)
  const registered = await registerClient(context, metadataIn(body), {
    registration: owner === null ? 'manual' : 'user',
    actor,
    ...(policy && { policy }),
    ...(accountId !== undefined && { accountId }),
    ...(owner !== null && { ownerId: owner as Subject }),
  })
  return withSecret(context, registered)
}

/** Change what is sent; what is left out stays, and null takes a member away. */
export async function updateClient(context: Context, authority: Authority, id: string, sent: unknown) {
  const body = readBody(sent)
  const client = await requireManaged(context, id, authority)
  if ((textMember(body, 'account_id') ?? client.accountId) !== client.accountId)
    throw malformed('a client stays with its account', 'client.other_account')
  requireMayEdit(client, authority)
  const metadata = metadataIn(body)
  const policy = readPolicy(body, authority, client)
  const version = numberMember(body, 'version')
  const changes: ClientChanges = {
    ...(Object.keys(metadata).length > 0 && { metadata }),
    ...(policy && { policy }),
    ...(version !== undefined && { version }),
  }
  return withSecret(context, await editClient(context, client.id, changes, byAuthority(authority)))
}

export async function endClient(context: Context, authority: Authority, id: string): Promise<void> {
  const client = await requireManaged(context, id, authority)
  await deleteClient(context, client.id, byAuthority(authority))
}

/** A new secret. `overlap` is for how many seconds the one before it goes on working. */
export async function newClientSecret(context: Context, authority: Authority, id: string, sent: unknown) {
  const body = readBody(sent)
  const client = await requireManaged(context, id, authority)
  requireMayEdit(client, authority)
  const overlap = numberMember(body, 'overlap')
  const version = numberMember(body, 'version')
  const rotating = { ...(overlap !== undefined && { overlap }), ...(version !== undefined && { version }) }
  return withSecret(context, await rotateSecret(context, client.id, rotating, byAuthority(authority)))
}

/** Switch a client off or on. */
export async function switchClient(
  context: Context,
  authority: Authority,
  id: string,
  on: boolean,
): Promise<ClientJson> {
  const client = await requireManaged(context, id, authority)
  return one(context, await (on ? enableClient : disableClient)(context, client.id, byAuthority(authority)))
}
