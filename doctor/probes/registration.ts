import { error, type Finding, found, warning } from '../finding.js'
import { type Answer, type Ask, described, isJson, postJson } from '../http.js'
import { endpoint, loopback, type Patient } from '../patient.js'

/** RFC 7591, as clients really send it. */

/** A registration that has to be cleared away again. */
interface Registered {
  readonly answer: Answer
  readonly clientId: string
}

const body = (more: Readonly<Record<string, unknown>> = {}) => ({
  client_name: 'Grantor Doctor (examination)',
  redirect_uris: [loopback],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  ...more,
})

/** The protocol for what a client registered (RFC 7592), where the server has it. */
async function clearAway(ask: Ask, { answer }: Registered): Promise<void> {
  const { registration_client_uri: uri, registration_access_token: token } = answer.json ?? {}
  if (typeof uri === 'string' && typeof token === 'string')
    await ask(uri, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } })
}

export interface Registrations {
  readonly findings: readonly Finding[]
  /** A public client with a loopback redirect URI. */
  readonly client: string | null
  /** Takes away what was registered. */
  readonly clear: () => Promise<void>
}

const accepted = (answer: Answer | null): Registered | null =>
  answer?.status === 201 && typeof answer.json?.client_id === 'string'
    ? { answer, clientId: answer.json.client_id }
    : null

function aboutPublic({ answer }: Registered): readonly Finding[] {
  const json = answer.json ?? {}
  return found(
    !Array.isArray(json.redirect_uris) &&
      error('registration.echo', {
        what: 'the answer to a registration lacks redirect_uris',
        why: 'clients check the answer and crash: Claude Code and others expect everything that was stored (RFC 7591 section 3.2.1)',
        mend: 'echo all registered metadata, defaults included',
      }),
    json.token_endpoint_auth_method !== 'none' &&
      error('registration.method_changed', {
        what: `a client that registered with none is answered ${String(json.token_endpoint_auth_method)}`,
        why: 'clients refuse an answer with another method than they asked for',
        mend: 'register what was asked for, or refuse with invalid_client_metadata',
      }),
    json.client_secret !== undefined &&
      error('registration.secret_for_public', {
        what: 'a public client is answered a client_secret',
        why: 'Claude Desktop refuses the whole answer; others would send a secret that protects nothing',
        mend: 'issue no secret for token_endpoint_auth_method none',
      }),
    Object.values(json).some((value) => value === null || value === '') &&
      error('registration.empty', {
        what: 'the answer has members that are null or empty',
        why: 'clients check them as URLs, and refuse the whole answer',
        mend: 'leave members without a value out',
      }),
    !isJson(answer) &&
      error('registration.content_type', {
        what: `a registration is answered as ${described(answer)}`,
        why: 'RFC 7591 section 3.2.1 has application/json',
        mend: 'send Content-Type: application/json',
      }),
  )
}

function aboutConfidential({ answer }: Registered): readonly Finding[] {
  const { client_secret, client_secret_expires_at: expires } = answer.json ?? {}
  return found(
    typeof client_secret === 'string' &&
      !Number.isInteger(expires) &&
      error('registration.secret_expiry', {
        what: 'client_secret_expires_at is missing beside a client_secret, or is no integer',
        why: 'RFC 7591 section 3.2.1 requires it, and clients that check it crash',
        mend: 'answer 0 for a secret that does not expire',
      }),
    typeof client_secret !== 'string' &&
      error('registration.no_secret', {
        what: 'a client that registered with client_secret_post gets no client_secret',
        why: 'hosted clients such as Claude register so, and cannot authenticate then',
        mend: 'issue a secret, or refuse with invalid_client_metadata',
      }),
  )
}

const refusedAs = (answer: Answer | null, code: string) => answer?.status === 400 && answer.json?.error === code

async function aboutRefusals(
  ask: Ask,
  url: string,
): Promise<readonly [readonly Finding[], readonly (Registered | null)[]]> {
  const [script, missing, wild] = await Promise.all([
    postJson(ask, url, body({ redirect_uris: ['javascript:alert(1)'] })),
    postJson(ask, url, body({ redirect_uris: [] })),
    postJson(ask, url, body({ redirect_uris: ['http://example.com/callback'] })),
  ])
  const findings = found(
    accepted(script) !== null &&
      error('registration.script', {
        what: 'a javascript: redirect URI is registered',
        why: 'whoever opens a link made for it runs the attacker’s script on this origin',
        mend: 'allow https, http on loopback, and the private-use schemes you know; nothing else',
      }),
    accepted(wild) !== null &&
      warning('registration.http', {
        what: 'an http redirect URI that is not loopback is registered',
        why: 'codes travel over it in the clear (RFC 9700 section 2.6)',
        mend: 'allow http on loopback only',
      }),
    accepted(missing) === null &&
      !refusedAs(missing, 'invalid_redirect_uri') &&
      !refusedAs(missing, 'invalid_client_metadata') &&
      error('registration.errors', {
        what: `a registration without redirect URIs gets ${described(missing)} ${String(missing?.json?.error ?? '')}`,
        why: 'clients read JSON with invalid_redirect_uri or invalid_client_metadata, and stop at anything else',
        mend: 'answer 400 as RFC 7591 section 3.2.2 has it',
      }),
  )
  return [findings, [script, missing, wild].map(accepted)]
}

/** Three redirect URIs at once, more grant types than there are, and a name with parentheses: what VS Code, Cursor and Claude Code send. */
async function aboutRealClients(
  ask: Ask,
  url: string,
): Promise<readonly [readonly Finding[], readonly (Registered | null)[]]> {
  const [mixed, superset, named] = await Promise.all([
    postJson(
      ask,
      url,
      body({ redirect_uris: ['https://vscode.dev/redirect', 'http://127.0.0.1/', 'http://127.0.0.1:33418/'] }),
    ),
    postJson(
      ask,
      url,
      body({ grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'] }),
    ),
    postJson(ask, url, body({ client_name: 'Claude Code (my-server)' })),
  ])
  const findings = found(
    accepted(mixed) === null &&
      error('registration.mixed_redirects', {
        what: `https and loopback redirect URIs in one registration get ${described(mixed)}`,
        why: 'VS Code and Cursor register several at once',
        mend: 'check each redirect URI by itself',
      }),
    accepted(superset) === null &&
      error('registration.grant_types', {
        what: `a registration that names the device grant too gets ${described(superset)}`,
        why: 'VS Code asks for all grant types it knows',
        mend: 'drop what is not supported, and say in the answer what is left',
      }),
    accepted(named) === null &&
      error('registration.name', {
        what: `a client_name with parentheses gets ${described(named)}`,
        why: 'Claude Code calls itself “Claude Code (name of the server)”',
        mend: 'accept any text as a name, and escape it where it is shown',
      }),
  )
  return [findings, [mixed, superset, named].map(accepted)]
}

export async function probeRegistration(patient: Patient): Promise<Registrations> {
  const { ask } = patient
  const url = endpoint(patient, 'registration')
  if (url === null || !patient.register) return { findings: [], client: patient.client, clear: async () => {} }
  const answer = await postJson(ask, url, body())
  const registered = accepted(answer)
  if (!registered) {
    const closed = answer?.status === 401 || answer?.status === 403
    const refusal = error('registration.refused', {
      what: `a public client with a loopback redirect URI gets ${described(answer)} ${String(answer?.json?.error ?? '')}`,
      why: 'this is how command-line and desktop clients register',
      mend: 'accept token_endpoint_auth_method none with redirect URIs on http://127.0.0.1 and http://localhost',
    })
    return { findings: found(!closed && refusal), client: patient.client, clear: async () => {} }
  }
  const confidential = accepted(await postJson(ask, url, body({ token_endpoint_auth_method: 'client_secret_post' })))
  const [[refusals, wronglyTaken], [real, taken]] = [await aboutRefusals(ask, url), await aboutRealClients(ask, url)]
  const all = [registered, confidential, ...wronglyTaken, ...taken].filter((one) => one !== null)
  return {
    findings: [
      ...aboutPublic(registered),
      ...(confidential ? aboutConfidential(confidential) : []),
      ...refusals,
      ...real,
    ],
    client: registered.clientId,
    clear: async () => {
      for (const one of all) await clearAway(ask, one)
    },
  }
}
