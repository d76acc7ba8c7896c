import { OAuthError } from './errors.js'
import { decodeFormComponent, isPlain } from './form.js'
import { limits } from './limits.js'

export { limits } from './limits.js'

/**
 * The parameters of one request (RFC 6749 sections 3.1 and 3.2): decoded, in the order they were sent. A parameter without
 * a value is not here, because the RFC treats it as omitted.
 */
export type Parameters = ReadonlyMap<string, readonly string[]>

const documents: ReadonlySet<string> = new Set([
  'request',
  'assertion',
  'client_assertion',
  'subject_token',
  'actor_token',
  'id_token_hint',
])

const refuse = (description: string, reason: string) => new OAuthError('invalid_request', description, reason)

/** U+FFFD in the text means that bytes which are not UTF-8 were decoded leniently before they came here. */
const isDecoded = (text: string) => text.isWellFormed() && !text.includes('\ufffd')

/**
 * Reads a form body, or a query string without its `?`.
 *
 * @throws OAuthError `invalid_request` with the reason `parameters.malformed`, `parameters.too_many` or `parameters.too_long`.
 * @example
 * single(parseForm('grant_type=refresh_token&scope='), 'scope') // undefined
 */
export function parseForm(text: string, most: number = limits.parameters): Parameters {
  if (!isDecoded(text)) throw refuse('the parameters are not valid UTF-8', 'parameters.malformed')
  const parameters = new Map<string, string[]>()
  const decode = isPlain(text) ? asSent : decodeFormComponent
  let count = 0
  for (const pair of text.split('&')) {
    if (pair === '') continue
    count += 1
    if (count > most) throw refuse('too many parameters', 'parameters.too_many')
    const { name, value } = parsePair(pair, decode)
    if (value === '') continue
    const values = parameters.get(name)
    if (values === undefined) parameters.set(name, [value])
    else values.push(value)
  }
  return parameters
}

type Decode = (text: string) => string | null

const asSent: Decode = (text) => text

function parsePair(pair: string, decode: Decode): { readonly name: string; readonly value: string } {
  const at = pair.indexOf('=')
  const name = decode(at < 0 ? pair : pair.slice(0, at))
  const value = at < 0 ? '' : decode(pair.slice(at + 1))
  if (name === null || value === null) throw refuse('a parameter is not form-encoded', 'parameters.malformed')
  // No parameter has one, and some databases refuse text with one in it.
  if (value.includes('\0')) throw refuse('a parameter holds a NUL character', 'parameters.malformed')
  if (name.length > limits.nameLength) throw refuse('a parameter name is too long', 'parameters.too_long')
  if (value.length > limits.valueLength && (value.length > limits.documentLength || !documents.has(name)))
    throw refuse(`the parameter ${name} is too long`, 'parameters.too_long')
  return { name, value }
}

/**
 * The value of a parameter that may be sent once.
 *
 * @throws OAuthError `invalid_request`, reason `parameters.repeated`, even when both values are the same.
 */
export function single(parameters: Parameters, name: string): string | undefined {
  const values = parameters.get(name)
  if (values === undefined) return undefined
  if (values.length > 1) throw refuse(`the parameter ${name} is repeated`, 'parameters.repeated')
  return values[0]
}

/** Every value of a parameter that may be repeated, such as `resource` (RFC 8707 section 2). */
export function many(parameters: Parameters, name: string): readonly string[] {
  return parameters.get(name) ?? []
}

/**
 * The value of a parameter that must be sent, once.
 *
 * @throws OAuthError `invalid_request`, reason `parameters.missing` or `parameters.repeated`.
 */
export function required(parameters: Parameters, name: string): string {
  const value = single(parameters, name)
  if (value === undefined) throw refuse(`the parameter ${name} is missing`, 'parameters.missing')
  return value
}

/**
 * Refuses a request that repeats any parameter, known or not, except those named.
 *
 * @throws OAuthError `invalid_request`, reason `parameters.repeated`.
 */
export function refuseRepeats(parameters: Parameters, except: readonly string[]): void {
  for (const name of parameters.keys()) {
    if (!except.includes(name)) single(parameters, name)
  }
}
