import { listManagedEvents } from '../endpoints/manage/audit.js'
import { type Authority, accessAuthority, sessionAuthority } from '../endpoints/manage/authority.js'
import {
  createClient,
  endClient,
  listManagedClients,
  newClientSecret,
  readClient,
  switchClient,
  updateClient,
} from '../endpoints/manage/clients.js'
import { endGrant, listManagedGrants, narrowManagedGrant, readGrant } from '../endpoints/manage/grants.js'
import { bearerChallenge, readBearer } from '../protocol/challenge.js'
import { OAuthError } from '../protocol/errors.js'
import { parseForm } from '../protocol/parameters.js'
import { readJson } from './body.js'
import type { Call, Handler } from './call.js'
import { requireSameOrigin } from './front-channel.js'
import type { Guard } from './guarding.js'
import type { HttpResponse } from './message.js'
import { json, nothing } from './respond.js'

/** JSON for scripts of the host's own pages, and for programs with an administrator's token. */

export type AdminGuard = Guard<unknown, string> | null

/** Methods that a page of another site cannot make a browser send without asking first, which nobody here allows. */
const guarded: ReadonlySet<string> = new Set(['PUT', 'PATCH', 'DELETE'])

/** A change has to show that it comes from a page of this origin, or could not have been sent by one of another. */
function requireOwnOrigin(call: Call): void {
  requireSameOrigin(call)
  const { request, site } = call
  const header = (name: string) => request.headers.get(name)
  const proven =
    request.method === 'GET' ||
    guarded.has(request.method) ||
    header('sec-fetch-site') !== null ||
    header('origin') === new URL(site.context.issuer).origin ||
    header('content-type')?.split(';')[0]?.trim().toLowerCase() === 'application/json'
  if (proven) return
  throw new OAuthError('access_denied', 'send it as application/json', 'csrf.unproven', { status: 403 })
}

const unauthorized = (error: 'access_denied' | 'invalid_token', description: string, reason: string) =>
  new OAuthError(error, description, reason, { status: 401, headers: { 'www-authenticate': bearerChallenge({}) } })

/** Who asks: by an access token where there is one, by the host's session where there is none. */
async function authorityOf(call: Call, guard: AdminGuard): Promise<Authority | HttpResponse> {
  const { site, request, host } = call
  if (readBearer(request.headers.get('authorization')).kind === 'none') {
    requireOwnOrigin(call)
    const session = await site.context.hooks.session(host)
    if (!session) throw unauthorized('access_denied', 'nobody is signed in', 'session.missing')
    return sessionAuthority(session)
  }
  if (!guard) throw unauthorized('invalid_token', 'access tokens are not taken here', 'manage.tokens_off')
  const result = await guard(request, host)
  return result.ok ? accessAuthority(site.context, result.access) : result.response
}

export type Answer = (call: Call, authority: Authority) => Promise<HttpResponse>

/** An answer for whoever may ask for it. */
export const managed =
  (guard: AdminGuard, answer: Answer): Handler =>
  async (call) => {
    const authority = await authorityOf(call, guard)
    return 'status' in authority ? authority : answer(call, authority)
  }

const bodyOf = ({ request }: Call) => readJson(request, 'invalid_request')

/** A body that may be left out. */
const someBody = (call: Call): Promise<unknown> =>
  call.request.headers.get('content-type') === null ? Promise.resolve({}) : bodyOf(call)

const queryOf = ({ query }: Call) => parseForm(query)

export const getClients: Answer = async (call, who) =>
  json(200, await listManagedClients(call.site.context, who, queryOf(call)))

export const postClient: Answer = async (call, who) =>
  json(201, await createClient(call.site.context, who, await bodyOf(call)))

export const getClient: Answer = async ({ site, id }, who) => json(200, await readClient(site.context, who, id))

export const putClient: Answer = async (call, who) =>
  json(200, await updateClient(call.site.context, who, call.id, await bodyOf(call)))

export const deleteClient: Answer = async ({ site, id }, who) => {
  await endClient(site.context, who, id)
  return nothing()
}

export const postSecret: Answer = async (call, who) =>
  json(200, await newClientSecret(call.site.context, who, call.id, await someBody(call)))

const turn =
  (on: boolean): Answer =>
  async (call, who) =>
    json(200, await switchClient(call.site.context, who, call.id, on))

export const enable = turn(true)
export const disable = turn(false)

export const getGrants: Answer = async (call, who) =>
  json(200, await listManagedGrants(call.site.context, who, queryOf(call)))

export const getGrant: Answer = async ({ site, id }, who) => json(200, await readGrant(site.context, who, id))

export const putGrant: Answer = async (call, who) =>
  json(200, await narrowManagedGrant(call.site.context, who, call.id, await bodyOf(call)))

export const deleteGrant: Answer = async ({ site, id }, who) => {
  await endGrant(site.context, who, id)
  return nothing()
}

export const getAudit: Answer = async (call, who) =>
  json(200, await listManagedEvents(call.site.context, who, queryOf(call)))
