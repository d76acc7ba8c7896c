/**
 * The one shape of HTTP that the provider speaks. Its members are a subset of Fetch's `Request`, so that a `Request` is one,
 * and a Node adapter need not build one.
 */
export interface HttpRequest {
  readonly method: string
  /** Absolute, or path and query. The host part is never believed. */
  readonly url: string
  readonly headers: { get(name: string): string | null }
  /** The body as UTF-8. Rejects with {@link BodyTooLarge} when an adapter that counts bytes has seen too many. */
  text(): Promise<string>
  /** Present on a Fetch `Request`: lets an oversized body be refused without reading it whole. */
  readonly body?: ReadableStream<Uint8Array> | null
}

/** Header names are lower case; a header that occurs several times has a list. */
export interface HttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string
  /** In place of the body, a piece at a time: for what is too large to be in memory at once. */
  readonly rest?: AsyncIterable<string>
}

/** Thrown by a body reader that has seen more bytes than the limit. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
}

/** Path and query of a URL as it was sent, undecoded. */
export function splitUrl(url: string): { readonly path: string; readonly query: string } {
  const authority = url.startsWith('/') ? -1 : url.indexOf('://')
  const start = authority === -1 ? 0 : url.indexOf('/', authority + 3)
  const local = start === -1 ? '/' : url.slice(start)
  const hash = local.indexOf('#')
  const sent = hash === -1 ? local : local.slice(0, hash)
  const question = sent.indexOf('?')
  return question === -1
    ? { path: sent, query: '' }
    : { path: sent.slice(0, question), query: sent.slice(question + 1) }
}

/** Nothing is asked of `rest` before somebody reads, and nothing more once nobody does. */
function streamed(rest: AsyncIterable<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const pieces = rest[Symbol.asyncIterator]()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await pieces.return?.()
    },
  })
}

/** A response as Fetch has it. */
export function toResponse({ status, headers, body, rest }: HttpResponse): Response {
  const list = new Headers()
  for (const [name, value] of Object.entries(headers))
    for (const one of typeof value === 'string' ? [value] : value) list.append(name, one)
  const whole = rest ? streamed(rest) : body
  return new Response(whole === '' ? null : whole, { status, headers: list })
}
