import { error, type Finding, found, warning } from '../finding.js'
import { type Answer, described, locationOf } from '../http.js'
import { endpoint, loopback, type Patient } from '../patient.js'

/** RFC 6749 section 4.1, RFC 7636, RFC 8252, RFC 9207: what can be seen of it without signing in. */

/** base64url of SHA-256 of something nobody has to know. */
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
/** Another port than was registered, as a client on a busy machine has. */
const otherPort = loopback.replace('127.0.0.1', '127.0.0.1:51004')
const state = 'grantor-doctor-state'

type Members = Readonly<Record<string, string>>

function urlOf(authorization: string, members: Members): string {
  const url = new URL(authorization)
  for (const [name, value] of Object.entries(members)) url.searchParams.set(name, value)
  return url.href
}

/** Whether a redirect goes to the client instead of staying with the server. */
const goesTo = (answer: Answer | null, uri: string): URL | null => {
  const location = answer && locationOf(answer)
  const target = new URL(uri)
  return location && location.host === target.host && location.pathname === target.pathname ? location : null
}

function aboutStrangers(unknown: Answer | null, foreign: Answer | null): readonly Finding[] {
  const redirects = goesTo(unknown, 'https://attacker.example/cb') !== null
  return found(
    redirects &&
      error('authorization.open_redirect', {
        what: 'an unknown client_id is answered by a redirect to the redirect_uri of the request',
        why: 'anybody can send people of this server anywhere (RFC 9700 section 4.11)',
        mend: 'show the error here until client and redirect URI are known good',
      }),
    goesTo(foreign, 'https://attacker.example/cb') !== null &&
      error('authorization.redirect_uri', {
        what: 'a redirect_uri that the client never registered is redirected to',
        why: 'codes go to whoever asks (RFC 9700 section 2.1)',
        mend: 'compare redirect URIs exactly with the registered ones, and show the error here',
      }),
    unknown !== null &&
      unknown.status >= 500 &&
      error('authorization.fault', {
        what: `an unknown client_id gets ${described(unknown)}`,
        why: 'people see a crash instead of what to do; purged clients come back here every day',
        mend: 'answer 400 with a page that says that the app is not registered',
      }),
  )
}

function aboutFrames(answer: Answer | null): readonly Finding[] {
  if (answer === null || locationOf(answer) !== null) return []
  const policy = answer.headers.get('content-security-policy') ?? ''
  const framed = !/frame-ancestors/.test(policy) && !answer.headers.has('x-frame-options')
  return found(
    framed &&
      warning('authorization.framed', {
        what: 'an error page of the authorization endpoint may be framed',
        why: 'if the page that asks for consent may be too, a page around it can make people click Allow without seeing it',
        mend: "send Content-Security-Policy: frame-ancestors 'none' and X-Frame-Options: DENY",
      }),
    /form-action/.test(policy) &&
      error('authorization.form_action', {
        what: 'a page of the authorization endpoint has form-action in its Content-Security-Policy',
        why: 'Chromium applies it to the whole chain of redirects: “Allow” then does nothing for clients on localhost or with a scheme of their own',
        mend: 'leave form-action out on pages whose form leads back to the client',
      }),
  )
}

/** An answer of the server itself that says that the request was not good. */
const refusesHere = (answer: Answer | null) => answer !== null && answer.status >= 400

function aboutPort(known: Answer | null, other: Answer | null): readonly Finding[] {
  return found(
    !refusesHere(known) &&
      refusesHere(other) &&
      error('authorization.loopback_port', {
        what: 'a loopback redirect URI on another port than the registered one is refused',
        why: 'clients on people’s machines listen on a port of the moment (RFC 8252 section 7.3): Claude Code, Codex, VS Code',
        mend: 'leave the port out of the comparison for http://127.0.0.1 and http://localhost',
      }),
    refusesHere(known) &&
      error('authorization.refused', {
        what: `a plain authorization request of a client that has just registered gets ${described(known)}`,
        why: 'nobody can connect',
        mend: 'accept what registration accepts: one validator for both',
      }),
  )
}

/** @param refused answers to requests that cannot be granted; a response type of `code` puts errors in the query */
function aboutErrors({ metadata }: Patient, refused: readonly (Answer | null)[]): readonly Finding[] {
  const bad = refused.find((answer) => goesTo(answer, loopback)?.searchParams.has('error'))
  const location = bad && goesTo(bad, loopback)
  if (!location) return []
  const says = location.searchParams
  const promised = metadata.authorization_response_iss_parameter_supported === true
  return found(
    promised &&
      says.get('iss') !== metadata.issuer &&
      error('authorization.iss', {
        what: `an error response has iss ${says.get('iss') ?? '(none)'}, though the metadata promises it`,
        why: 'Claude Code and others refuse a response whose iss is missing or different (RFC 9207 section 2.4)',
        mend: 'send iss with every response, errors included',
      }),
    says.get('state') !== state &&
      error('authorization.state', {
        what: 'an error response does not bring back the state',
        why: 'clients cannot tell which request it answers, and treat it as an attack',
        mend: 'send state back unchanged (RFC 6749 section 4.1.2.1)',
      }),
    (bad?.status === 307 || bad?.status === 308) &&
      error('authorization.status', {
        what: `a redirect to the client has status ${bad.status}`,
        why: 'browsers then post the form to the client (RFC 9700 section 4.12)',
        mend: 'use 303, or 302',
      }),
  )
}

/** Without a login it cannot be seen whether a code would be issued; an immediate refusal can. */
const pkceIsLate = (answer: Answer | null) =>
  answer !== null && !refusesHere(answer) && goesTo(answer, loopback) === null

export async function probeAuthorization(patient: Patient): Promise<readonly Finding[]> {
  const { ask, client, resource } = patient
  const url = endpoint(patient, 'authorization')
  if (url === null) return []
  const base = { response_type: 'code', state, code_challenge: challenge, code_challenge_method: 'S256' }
  const attacker = { redirect_uri: 'https://attacker.example/cb' }
  const send = (members: Members) => ask(urlOf(url, { ...(resource && { resource }), ...members }))
  const unknown = await send({ ...base, ...attacker, client_id: 'grantor-doctor-unknown-client' })
  if (client === null) return [...aboutStrangers(unknown, null), ...aboutFrames(unknown)]
  const known = { ...base, client_id: client, redirect_uri: loopback }
  const { code_challenge: _, code_challenge_method: __, ...bare } = known
  const [foreign, plain, other, unprotected, weak] = await Promise.all([
    send({ ...known, ...attacker }),
    send(known),
    send({ ...known, redirect_uri: otherPort }),
    send(bare),
    send({ ...known, code_challenge_method: 'plain' }),
  ])
  return [
    ...aboutStrangers(unknown, foreign),
    ...aboutFrames(unknown),
    ...aboutPort(plain, other),
    ...aboutErrors(patient, [unprotected, weak]),
    ...found(
      pkceIsLate(unprotected) &&
        warning('authorization.pkce', {
          what: 'a public client without a code_challenge is let through to the login',
          why: 'if a code follows, whoever intercepts it can use it (RFC 9700 section 2.1.1); what comes after the login cannot be seen from here',
          mend: 'refuse the request at once with invalid_request',
        }),
      pkceIsLate(weak) &&
        warning('authorization.pkce_plain', {
          what: 'code_challenge_method plain is let through to the login',
          why: 'plain does not protect a code from whoever sees the request',
          mend: 'refuse every method but S256',
        }),
    ),
  ]
}
