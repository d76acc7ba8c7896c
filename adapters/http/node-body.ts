import type { IncomingMessage } from 'node:http'
import { BodyTooLarge, limits } from 'grantor'

/** A request as Node has it, or as Express and its body parsers leave it. */
export type NodeRequest = IncomingMessage & { readonly body?: unknown; readonly originalUrl?: string }

/** What is read and thrown away of an oversized body, so that its sender gets to see the answer, before the line is cut. */
const discardBytes = 16 * limits.bodyBytes

/**
 * The body as text, whoever read it first. Rejects with `BodyTooLarge` beyond `limits.bodyBytes`, and with an `Error` when the
 * client left in the middle or when somebody read the body and kept it.
 */
export async function readBody(request: NodeRequest): Promise<string> {
  // Some parsers set an empty `body` on requests they leave alone, so the stream is asked and not the property.
  const untouched = !request.readableDidRead && !request.readableEnded
  if (untouched) return received(request)
  const text = parsed(request)
  if (Buffer.byteLength(text) > limits.bodyBytes) throw tooLarge()
  return text
}

const utf8 = new TextDecoder()

const tooLarge = () => new BodyTooLarge(`A request body may have ${limits.bodyBytes} bytes.`)
const left = () => new Error('The client left before its request was complete.')

function received(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    if (request.destroyed) return reject(left())
    const chunks: Uint8Array[] = []
    let bytes = 0
    request.on('data', (chunk: Uint8Array | string) => {
      const part = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      bytes += part.byteLength
      if (bytes <= limits.bodyBytes) return chunks.push(part)
      chunks.length = 0
      reject(tooLarge())
      return bytes > discardBytes ? request.destroy() : undefined
    })
    // Each comes once at the most, and `once` would take longer than the decoding.
    request.on('end', () => resolve(utf8.decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))))
    request.on('error', reject)
    // It is closed in the end however it went, and to make an error takes longer than to read a body.
    request.on('close', () => request.readableEnded || reject(left()))
  })
}

/** What a body parser made of the body, turned back into what was sent. */
function parsed({ body, readableDidRead, headers }: NodeRequest): string {
  if (typeof body === 'string') return body
  if (body instanceof Uint8Array) return utf8.decode(body)
  if (typeof body === 'object' && body !== null)
    return /^[^;]*[/+]json\s*(;|$)/i.test(headers['content-type'] ?? '') ? JSON.stringify(body) : formOf(body)
  if (!readableDidRead) return ''
  throw new Error(
    'Something read the body of this request and left nothing in `req.body`: put the provider in front of it.',
  )
}

const formOf = (body: object) =>
  new URLSearchParams(Object.entries(body).flatMap(([name, value]) => pairs(name, value))).toString()

function pairs(name: string, value: unknown): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((one) => pairs(name, one))
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, one]) => pairs(`${name}[${key}]`, one))
  return [[name, String(value ?? '')]]
}
