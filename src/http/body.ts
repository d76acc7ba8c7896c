import { OAuthError, type OAuthErrorCode } from '../protocol/errors.js'
import { limits, type Parameters, parseForm } from '../protocol/parameters.js'
import { BodyTooLarge, type HttpRequest } from './message.js'

const tooLarge = (most: number) =>
  new OAuthError('invalid_request', `the body is larger than ${most} bytes`, 'body.too_large', { status: 413 })

async function readStream(stream: ReadableStream<Uint8Array>, most: number): Promise<string> {
  const decoder = new TextDecoder()
  let size = 0
  let text = ''
  for await (const chunk of stream) {
    size += chunk.byteLength
    if (size > most) throw tooLarge(most)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function read<T>(request: HttpRequest, most: number, parse: (text: string) => T): Promise<T> {
  if (Number(request.headers.get('content-length') ?? 0) > most) throw tooLarge(most)
  if (request.body) return readStream(request.body, most).then(parse)
  return request.text().then(
    (text) => {
      if (text.length > most) throw tooLarge(most)
      return parse(text)
    },
    (error: unknown) => {
      throw error instanceof BodyTooLarge ? tooLarge(most) : error
    },
  )
}

function isOfType({ headers }: HttpRequest, type: string): boolean {
  const sent = headers.get('content-type')
  return sent === type || sent?.split(';')[0]?.trim().toLowerCase() === type
}

/**
 * The parameters of a form post (RFC 6749 section 3.2). What stands in the URL's query is not looked at.
 *
 * @param parameters how many there may be
 * @throws OAuthError `invalid_request`, 413 for a body that is too large
 */
export function readForm(request: HttpRequest, parameters: number = limits.parameters): Promise<Parameters> {
  if (!isOfType(request, 'application/x-www-form-urlencoded'))
    throw new OAuthError('invalid_request', 'the body must be application/x-www-form-urlencoded', 'body.media_type')
  return read(request, limits.bodyBytes, (text) => parseForm(text, parameters))
}

/**
 * A JSON body, unchecked.
 *
 * @throws OAuthError with the code given, 413 for a body that is too large
 */
export function readJson(
  request: HttpRequest,
  code: OAuthErrorCode,
  most: number = limits.bodyBytes,
): Promise<unknown> {
  if (!isOfType(request, 'application/json'))
    throw new OAuthError(code, 'the body must be application/json', 'body.media_type')
  return read(request, most, (text) => {
    try {
      return JSON.parse(text) as unknown
    } catch (cause) {
      throw new OAuthError(code, 'the body is not JSON', 'body.malformed', { cause })
    }
  })
}
