import { OAuthError } from './errors.js'
import { limits } from './limits.js'
import { isSpecialUseHost, parseUri, refuseSecureUri } from './uri.js'

/** The parsed JSON object of a registration, before any member has been looked at. */
export type RegistrationBody = Readonly<Record<string, unknown>>

const refuse = (description: string, reason: string) => new OAuthError('invalid_client_metadata', description, reason)

/** Inherited members are no members, and `null` and `""` mean absent: clients send both. */
function member(members: RegistrationBody, name: string): unknown {
  const value = Object.hasOwn(members, name) ? members[name] : undefined
  return value === null || value === '' ? undefined : value
}

export function stringMember(members: RegistrationBody, name: string): string | undefined {
  const value = member(members, name)
  if (value === undefined || typeof value === 'string') return value
  throw refuse(`${name} must be a string`, 'client_metadata.malformed')
}

export function stringsMember(members: RegistrationBody, name: string): readonly string[] | undefined {
  const value = member(members, name)
  if (value === undefined) return undefined
  if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string')) return value
  throw refuse(`${name} must be an array of strings`, 'client_metadata.malformed')
}

/**
 * Text that is safe to show beside other text: no control characters, nothing invisible, nothing that turns the reading
 * direction. Longer than `longest` code points is cut. Undefined when nothing is left.
 */
export function cleanText(text: string, longest: number): string | undefined {
  const visible = text.replace(/[\p{Cf}\p{Cs}\p{DI}]|(?!\s)\p{Cc}/gu, '').replace(/\s+/gu, ' ')
  const cleaned = [...visible.trim()].slice(0, longest).join('').trim()
  return cleaned === '' ? undefined : cleaned
}

/** A page or picture of the client that people may be led to; undefined when it is not safe to. */
export function hostedUri(uri: string, loopback: boolean): string | undefined {
  if (uri.length > limits.metadataUriLength || refuseSecureUri(uri) !== null) return undefined
  return uri.startsWith('http:') && !loopback ? undefined : uri
}

/** A member such as `client_name#ja` (RFC 7591 section 2.2). */
export type LanguageVariant = `${'client_name' | 'client_uri' | 'logo_uri' | 'tos_uri' | 'policy_uri'}#${string}`

const isLanguageVariant = (name: string): name is LanguageVariant =>
  name.length <= limits.nameLength &&
  /^(?:client_name|client_uri|logo_uri|tos_uri|policy_uri)#[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/.test(name)

export function languageVariants(
  members: RegistrationBody,
  clean: { readonly name: (value: string) => string | undefined; readonly uri: (value: string) => string | undefined },
): Readonly<Record<LanguageVariant, string>> {
  const variants: Record<LanguageVariant, string> = {}
  for (const name of Object.keys(members).filter(isLanguageVariant).slice(0, limits.languageVariants)) {
    const value = stringMember(members, name)
    if (value === undefined) continue
    const cleaned = name.startsWith('client_name#') ? clean.name(value) : clean.uri(value)
    if (cleaned !== undefined) variants[name] = cleaned
  }
  return variants
}

/** RFC 7517, 7518: a member of a private or symmetric key. */
const secretKeyMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const

/** Refuses keys that must never have been sent, whether or not keys are of any use here (RFC 7591 section 2). */
export function refuseKeys(members: RegistrationBody): void {
  const jwks = member(members, 'jwks')
  const uri = stringMember(members, 'jwks_uri')
  if (jwks !== undefined && uri !== undefined) throw refuse('send jwks or jwks_uri, not both', 'client_metadata.jwks')
  if (uri !== undefined && !isPublicHttps(uri))
    throw refuse('jwks_uri must be a public https URL', 'client_metadata.jwks_uri')
  if (jwks !== undefined) refuseSecretKeys(jwks)
}

function isPublicHttps(uri: string): boolean {
  const parts = parseUri(uri)
  return refuseSecureUri(uri) === null && parts?.scheme === 'https' && !isSpecialUseHost(parts.host)
}

const isObject = (value: unknown): value is RegistrationBody => typeof value === 'object' && value !== null

function refuseSecretKeys(jwks: unknown): void {
  const keys = isObject(jwks) ? member(jwks, 'keys') : undefined
  if (!Array.isArray(keys) || !keys.every(isObject)) {
    throw refuse('jwks must be a JSON Web Key Set', 'client_metadata.jwks')
  }
  if (keys.some((key) => key.kty === 'oct' || secretKeyMembers.some((name) => Object.hasOwn(key, name)))) {
    throw refuse('jwks must hold public keys only', 'client_metadata.jwks')
  }
}
