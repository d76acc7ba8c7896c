import { error, type Finding, found, warning } from '../finding.js'
import { type Answer, described, isJson, postForm } from '../http.js'
import { endpoint, loopback, type Patient } from '../patient.js'

/** RFC 6749 section 5.2: what clients do after an error depends on its exact words. */

const stranger = 'grantor-doctor-unknown-client'
const verifier = 'a'.repeat(64)

const says = (answer: Answer | null, status: number, code: string) =>
  answer?.status === status && answer.json?.error === code

function aboutUnknownClient(answer: Answer | null): readonly Finding[] {
  return found(
    !says(answer, 401, 'invalid_client') &&
      error('token.unknown_client', {
        what: `an unknown client gets ${described(answer)} ${String(answer?.json?.error ?? '')}`,
        why: 'clients register again on 401 invalid_client and on nothing else: after a purge they loop or stay locked out',
        mend: 'answer 401 with {"error":"invalid_client"}',
      }),
    answer !== null &&
      !isJson(answer) &&
      error('token.errors_not_json', {
        what: `errors of the token endpoint are ${described(answer)}`,
        why: 'clients read JSON with an error member, and give up on anything else',
        mend: 'answer every error as RFC 6749 section 5.2 has it, those of the framework in front included',
      }),
    answer !== null &&
      !/no-store/.test(answer.headers.get('cache-control') ?? '') &&
      warning('token.cached', {
        what: 'the token endpoint answers without Cache-Control: no-store',
        why: 'RFC 6749 section 5.1 requires it, so that no cache keeps a token',
        mend: 'send Cache-Control: no-store with every answer',
      }),
  )
}

async function aboutGet({ ask }: Patient, url: string): Promise<readonly Finding[]> {
  const answer = await ask(`${url}?grant_type=authorization_code&code=x&client_id=${stranger}`)
  return found(
    (answer === null || answer.status < 400 || !isJson(answer)) &&
      error('token.get', {
        what: `GET at the token endpoint answers ${described(answer)}`,
        why: 'a code or secret in a URL ends up in logs; a page or a redirect confuses clients',
        mend: 'answer 405 with a JSON error',
      }),
  )
}

async function aboutCodes(patient: Patient, url: string): Promise<readonly Finding[]> {
  const { ask, client } = patient
  if (client === null) return []
  const form = { client_id: client, redirect_uri: loopback }
  const [code, refresh, grantType] = await Promise.all([
    postForm(ask, url, { ...form, grant_type: 'authorization_code', code: 'nonsense', code_verifier: verifier }),
    postForm(ask, url, { client_id: client, grant_type: 'refresh_token', refresh_token: 'nonsense' }),
    postForm(ask, url, { client_id: client, grant_type: 'urn:example:none' }),
  ])
  return found(
    !says(code, 400, 'invalid_grant') &&
      error('token.invalid_code', {
        what: `a code that was never issued gets ${described(code)} ${String(code?.json?.error ?? '')}`,
        why: 'clients start over on invalid_grant; on others they stop, or forget who they are',
        mend: 'answer 400 with {"error":"invalid_grant"}',
      }),
    !says(refresh, 400, 'invalid_grant') &&
      error('token.invalid_refresh', {
        what: `a refresh token that was never issued gets ${described(refresh)} ${String(refresh?.json?.error ?? '')}`,
        why: 'clients ask people to connect again on invalid_grant, and loop on others',
        mend: 'answer 400 with {"error":"invalid_grant"}; support refresh tokens for public clients',
      }),
    !says(grantType, 400, 'unsupported_grant_type') &&
      warning('token.grant_type', {
        what: `an unknown grant type gets ${described(grantType)} ${String(grantType?.json?.error ?? '')}`,
        why: 'RFC 6749 section 5.2 names unsupported_grant_type for it',
        mend: 'answer 400 with {"error":"unsupported_grant_type"}',
      }),
  )
}

/** Basic with an id that needs encoding, and the id in the body beside it, as Python's client sends them. */
async function aboutBasic(patient: Patient, url: string): Promise<readonly Finding[]> {
  const form = { grant_type: 'refresh_token', refresh_token: 'nonsense', client_id: stranger }
  const answer = await postForm(patient.ask, url, form, { authorization: `Basic ${btoa(`${stranger}:secret`)}` })
  return found(
    answer?.status === 400 &&
      answer.json?.error === 'invalid_request' &&
      error('token.basic_with_id', {
        what: 'client_id in the body beside a Basic header for the same client is refused as invalid_request',
        why: 'the MCP Python SDK sends both',
        mend: 'accept the same id twice',
      }),
    answer?.status === 401 &&
      !answer.headers.has('www-authenticate') &&
      warning('token.basic_challenge', {
        what: 'a failed Basic authentication is answered without WWW-Authenticate',
        why: 'RFC 6749 section 5.2 requires it',
        mend: 'send WWW-Authenticate: Basic with the 401',
      }),
  )
}

export async function probeToken(patient: Patient): Promise<readonly Finding[]> {
  const url = endpoint(patient, 'token')
  if (url === null) return []
  const form = { grant_type: 'authorization_code', code: 'nonsense', client_id: stranger, code_verifier: verifier }
  const unknown = await postForm(patient.ask, url, form)
  return [
    ...aboutUnknownClient(unknown),
    ...(await aboutGet(patient, url)),
    ...(await aboutCodes(patient, url)),
    ...(await aboutBasic(patient, url)),
  ]
}
