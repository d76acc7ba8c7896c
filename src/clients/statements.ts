import { createLocalJWKSet, decodeJwt, errors, jwtVerify } from 'jose'
import type { Context } from '../context.js'
import { OAuthError } from '../protocol/errors.js'
import type { JsonObject } from '../records.js'

/** Public keys only: with a shared secret whoever can check a statement could also make one. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

/** Whose clocks are this many seconds apart agree. */
const clockTolerance = 30

/** What a JWT says about itself, and not about the software (RFC 7519 section 4.1). */
const ofTheToken: ReadonlySet<string> = new Set(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti'])

/** What a trusted issuer says of the software that a client is. */
export interface Statement {
  /** As it was sent, to be echoed unchanged. */
  readonly text: string
  readonly claims: JsonObject
}

const refuse = (description: string, reason: string, cause?: unknown) =>
  new OAuthError('invalid_software_statement', description, reason, { cause })

function issuerOf(text: string): string {
  try {
    const { iss } = decodeJwt(text)
    if (iss !== undefined) return iss
  } catch (cause) {
    throw refuse('software_statement is no signed JWT', 'software_statement.malformed', cause)
  }
  throw refuse('software_statement names no issuer', 'software_statement.issuer')
}

async function verify(context: Context, text: string): Promise<Statement> {
  const issuer = issuerOf(text)
  const keys = context.registration.dynamic?.statements?.issuers.get(issuer)
  if (!keys)
    throw new OAuthError(
      'unapproved_software_statement',
      'the issuer of this software_statement is not trusted here',
      'software_statement.issuer',
    )
  const currentDate = new Date(context.now() * 1000)
  const verified = await jwtVerify<JsonObject>(text, createLocalJWKSet(keys), {
    issuer,
    algorithms,
    currentDate,
    clockTolerance,
  }).catch((cause: unknown) => {
    if (!(cause instanceof errors.JOSEError)) throw cause
    throw refuse('software_statement has expired, or its signature is not good', 'software_statement.invalid', cause)
  })
  if ('software_statement' in verified.payload)
    throw refuse('software_statement must not hold another one', 'software_statement.nested')
  const claims = Object.entries(verified.payload).filter(
    ([name, value]) => !ofTheToken.has(name) && value !== undefined,
  )
  return { text, claims: Object.fromEntries(claims) as JsonObject }
}

/**
 * The software statement of a registration (RFC 7591 section 2.3), verified. Null where there is none, or none is read.
 *
 * @throws OAuthError `invalid_software_statement` or `unapproved_software_statement`
 */
export async function readStatement(context: Context, body: unknown): Promise<Statement | null> {
  const statements = context.registration.dynamic?.statements ?? null
  if (statements === null) return null
  const text =
    typeof body === 'object' && body !== null && 'software_statement' in body ? body.software_statement : null
  if (typeof text === 'string' && text !== '') return verify(context, text)
  if (text !== null && text !== '') throw refuse('software_statement must be a string', 'software_statement.malformed')
  if (statements.required) throw refuse('a software_statement is needed', 'software_statement.missing')
  return null
}
