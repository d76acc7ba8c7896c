import { resourceMetadataUrl } from 'grantor/protocol'
import { error, type Finding, found, warning } from '../finding.js'
import { type Answer, described, isJson } from '../http.js'
import { origin, type Patient } from '../patient.js'

/** RFC 6750, RFC 9728: a protected resource, asked without a token and with a bad one. */

const challengeOf = (answer: Answer | null) => answer?.headers.get('www-authenticate') ?? null
const parameter = (challenge: string | null, name: string) =>
  new RegExp(`\\b${name}="([^"]*)"`).exec(challenge ?? '')?.[1] ?? null

function aboutChallenge(resource: string, bare: Answer | null): readonly Finding[] {
  const challenge = challengeOf(bare)
  return found(
    bare?.status !== 401 &&
      error('resource.unprotected', {
        what: `${resource} without a token answers ${described(bare)}`,
        why: 'clients begin to authorize on 401 and on nothing else',
        mend: 'answer 401 with WWW-Authenticate: Bearer',
      }),
    bare?.status === 401 &&
      (challenge === null || !/^Bearer\b/.test(challenge)) &&
      error('resource.challenge', {
        what: `the 401 has WWW-Authenticate: ${challenge ?? '(none)'}`,
        why: 'the TypeScript SDK looks for a value that begins with Bearer; without one there is no way to the provider',
        mend: 'send WWW-Authenticate: Bearer resource_metadata="…" first',
      }),
    challenge !== null &&
      parameter(challenge, 'resource_metadata') === null &&
      error('resource.metadata_parameter', {
        what: 'the challenge has no resource_metadata',
        why: 'clients find the provider by it (RFC 9728 section 5.1)',
        mend: `add resource_metadata="${resourceMetadataUrl(resource)}"`,
      }),
    parameter(challenge, 'error') !== null &&
      error('resource.error_without_token', {
        what: `a request without a token is challenged with error="${parameter(challenge, 'error')}"`,
        why: 'Grok stops there; RFC 6750 section 3.1 says to leave it out',
        mend: 'send error only where a token was sent',
      }),
    bare?.status === 401 &&
      !/www-authenticate/i.test(bare.headers.get('access-control-expose-headers') ?? '') &&
      warning('resource.exposed', {
        what: 'WWW-Authenticate is not among Access-Control-Expose-Headers',
        why: 'clients in a browser cannot read the challenge',
        mend: 'send Access-Control-Expose-Headers: WWW-Authenticate',
      }),
  )
}

function aboutDocument({ issuer }: Patient, resource: string, document: Answer | null): readonly Finding[] {
  const json = document?.status === 200 ? document.json : null
  const servers = json?.authorization_servers
  return found(
    (document === null || json === null || !isJson(document)) &&
      error('resource.document', {
        what: `the resource metadata answers ${described(document)}`,
        why: 'clients of 2025-06-18 and later cannot find the provider',
        mend: `serve the document of RFC 9728 at ${resourceMetadataUrl(resource)}`,
      }),
    json !== null &&
      json?.resource !== resource &&
      error('resource.identifier', {
        what: `the document says resource ${String(json?.resource)}, not ${resource}`,
        why: 'VS Code, Gemini, Claude and Grok compare it with the address that was typed, and stop',
        mend: 'say the address that clients connect to, to the letter',
      }),
    json !== null &&
      (!Array.isArray(servers) || !servers.includes(issuer)) &&
      error('resource.authorization_servers', {
        what: `authorization_servers is ${JSON.stringify(servers)}, without ${issuer}`,
        why: 'clients derive where to look from it, byte for byte',
        mend: 'list the issuer as its own document spells it',
      }),
    document?.status === 200 &&
      !document.headers.has('access-control-allow-origin') &&
      error('resource.cors', {
        what: 'the resource metadata has no Access-Control-Allow-Origin',
        why: 'clients in a browser cannot read it',
        mend: 'send Access-Control-Allow-Origin: * with it; it is public',
      }),
  )
}

export async function probeResource(patient: Patient): Promise<readonly Finding[]> {
  const { ask, resource } = patient
  if (resource === null) return []
  const headers = { origin, accept: 'application/json, text/event-stream', 'content-type': 'application/json' }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })
  const [bare, invalid] = await Promise.all([
    ask(resource, { method: 'POST', headers, body }),
    ask(resource, { method: 'POST', headers: { ...headers, authorization: 'Bearer nonsense' }, body }),
  ])
  const announced = parameter(challengeOf(bare), 'resource_metadata')
  const place = announced !== null && URL.canParse(announced) ? announced : resourceMetadataUrl(resource)
  const document = await ask(place, { headers: { origin } })
  return [
    ...aboutChallenge(resource, bare),
    ...aboutDocument(patient, resource, document),
    ...found(
      bare?.status === 401 &&
        (invalid?.status !== 401 || parameter(challengeOf(invalid), 'error') !== 'invalid_token') &&
        error('resource.invalid_token', {
          what: `a token that is none gets ${described(invalid)}, error="${parameter(challengeOf(invalid), 'error') ?? ''}"`,
          why: 'clients refresh on 401 invalid_token; after a 403 they tell people that access was refused',
          mend: 'answer 401 with error="invalid_token" and resource_metadata',
        }),
    ),
  ]
}
