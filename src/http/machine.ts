import type { DeviceRules } from '../context.js'
import { type FormRequest, token } from '../endpoints/token.js'
import { lazily } from '../lazily.js'
import { limits } from '../protocol/limits.js'
import type { ClientId } from '../records.js'
import { readForm, readJson } from './body.js'
import type { Call, Handler } from './call.js'
import { json, nothing } from './respond.js'

/** Endpoints for programs: a post in, JSON out. */

const authorizeDevice = lazily(() => import('../endpoints/device-authorization.js'))((it) => it.authorizeDevice)
const introspect = lazily(() => import('../endpoints/introspection.js'))((it) => it.introspect)
const register = lazily(() => import('../endpoints/registration.js'))((it) => it.register)
const revoke = lazily(() => import('../endpoints/revocation.js'))((it) => it.revoke)
const ownRegistration = lazily(() => import('../endpoints/registration-management.js'))

const readFormRequest = ({ request }: Call): Promise<FormRequest> =>
  readForm(request).then((parameters) => ({ authorization: request.headers.get('authorization'), parameters }))

export const postToken: Handler = async (call) => json(200, await token(call.site.context, await readFormRequest(call)))

export const postRevocation: Handler = async (call) => {
  await revoke(call.site.context, await readFormRequest(call))
  return json(200, {})
}

export const postIntrospection: Handler = async (call) =>
  json(200, await introspect(call.site.context, await readFormRequest(call)))

export const postDeviceAuthorization =
  (rules: DeviceRules): Handler =>
  async (call) =>
    json(200, await authorizeDevice(call.site.context, rules, await readFormRequest(call)))

const registrationUrl = ({ site }: Call, id: string) => `${site.context.registrationEndpoint}/${encodeURIComponent(id)}`

const authorizationOf = ({ request }: Call) => request.headers.get('authorization')

const readMetadata = ({ request }: Call) => readJson(request, 'invalid_client_metadata', limits.registrationBodyBytes)

export const postRegistration: Handler = async (call) => {
  const { context } = call.site
  const body = await readMetadata(call)
  const uriOf = (id: string) => registrationUrl(call, id)
  return json(201, await register(context, { authorization: authorizationOf(call), body }, uriOf))
}

/** What a client says when it manages its own registration: which one it is, and its proof. */
const readOwn = (call: Call) => ({
  authorization: authorizationOf(call),
  clientId: call.id as ClientId,
  uri: registrationUrl(call, call.id),
})

export const getOwnRegistration: Handler = async (call) =>
  json(200, await ownRegistration((it) => it.readRegistration)(call.site.context, readOwn(call)))

export const putOwnRegistration: Handler = async (call) => {
  const body = await readMetadata(call)
  return json(200, await ownRegistration((it) => it.replaceRegistration)(call.site.context, { ...readOwn(call), body }))
}

export const deleteOwnRegistration: Handler = async (call) => {
  await ownRegistration((it) => it.endRegistration)(call.site.context, readOwn(call))
  return nothing()
}
