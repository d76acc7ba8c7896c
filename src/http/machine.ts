import { register } from '../endpoints/registration.js'
import { revoke } from '../endpoints/revocation.js'
import { type FormRequest, token } from '../endpoints/token.js'
import { limits } from '../protocol/limits.js'
import { readForm, readJson } from './body.js'
import type { Call, Handler } from './call.js'
import { json } from './respond.js'

/** Endpoints for programs: a post in, JSON out. */

const readFormRequest = async ({ request }: Call): Promise<FormRequest> => ({
  authorization: request.headers.get('authorization'),
  parameters: await readForm(request),
})

export const postToken: Handler = async (call) => json(200, await token(call.site.context, await readFormRequest(call)))

export const postRevocation: Handler = async (call) => {
  await revoke(call.site.context, await readFormRequest(call))
  return json(200, {})
}

export const postRegistration: Handler = async ({ site, request }) => {
  const metadata = await readJson(request, 'invalid_client_metadata', limits.registrationBodyBytes)
  return json(201, await register(site.context, metadata))
}
