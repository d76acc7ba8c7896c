import { type PublicKey, readPublicKeys } from './client-keys.js'
import { OAuthError } from './errors.js'
import { limits } from './limits.js'
import { isLoopbackHost, isSpecialUseHost, parseUri, refuseSecureUri } from './uri.js'

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
type LanguageVariant = `${'client_name' | 'client_uri' | 'logo_uri' | 'tos_uri' | 'policy_uri'}#${string}`

/** All of them. */
export type LanguageVariants = Readonly<Record<LanguageVariant, string>>

const isLanguageVariant = (name: string): name is LanguageVariant =>
  name.length <= limits.nameLength &&
  /^(?:client_name|client_uri|logo_uri|tos_uri|policy_uri)#[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/.test(name)

export function languageVariants(
  members: RegistrationBody,
  clean: { readonly name: (value: string) => string | undefined; readonly uri: (value: string) => string | undefined },
): LanguageVariants {
  const variants: Record<LanguageVariant, string> = {}
  for (const name of Object.keys(members).filter(isLanguageVariant).slice(0, limits.languageVariants)) {
    const value = stringMember(members, name)
    if (value === undefined) continue
    const cleaned = name.startsWith('client_name#') ? clean.name(value) : clean.uri(value)
    if (cleaned !== undefined) variants[name] = cleaned
  }
  return variants
}

/** Where the keys of a client are. */
export interface KeySource {
  readonly jwks?: { readonly keys: readonly PublicKey[] }
  readonly jwks_uri?: string
}

/** Keys that must never have been sent are refused, whether or not keys are of any use here (RFC 7591 section 2). */
export function readKeySource(members: RegistrationBody, loopback: boolean): KeySource {
  const jwks = member(members, 'jwks')
  const uri = stringMember(members, 'jwks_uri')
  if (jwks !== undefined && uri !== undefined) throw refuse('send jwks or jwks_uri, not both', 'client_metadata.jwks')
  if (uri !== undefined && !isFetchable(uri, loopback))
    throw refuse('jwks_uri must be a public https URL', 'client_metadata.jwks_uri')
  if (uri !== undefined) return { jwks_uri: uri }
  return jwks === undefined ? {} : { jwks: { keys: readPublicKeys(jwks) } }
}

function isFetchable(uri: string, loopback: boolean): boolean {
  const parts = parseUri(uri)
  if (parts === null || uri.length > limits.metadataUriLength || refuseSecureUri(uri) !== null) return false
  return parts.scheme === 'https' && (!isSpecialUseHost(parts.host) || (loopback && isLoopbackHost(parts.host)))
}
