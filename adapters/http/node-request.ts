import type { IncomingMessage } from 'node:http'
import type { HttpRequest } from 'grantor'
import { type NodeRequest, readBody } from './node-body.js'

/**
 * Of an `Authorization` header sent twice, Node's `headers` has the first alone. Two intermediaries that each believe another one
 * is how requests are smuggled, so every occurrence is shown.
 */
class NodeHeaders {
  readonly #request: IncomingMessage
  readonly #headers: IncomingMessage['headers']
  readonly #sent: readonly string[]

  constructor(request: IncomingMessage) {
    this.#request = request
    this.#headers = request.headers
    this.#sent = request.rawHeaders ?? []
  }

  get(sought: string): string | null {
    const name = sought.toLowerCase()
    const value = this.#headers[name]
    if (value === undefined) return null
    const all = this.#isRepeated(name) ? this.#request.headersDistinct?.[name] : undefined
    if (all !== undefined) return all.join(name === 'cookie' ? '; ' : ', ')
    return typeof value === 'string' ? value : value.join(', ')
  }

  /** Asked first, because Node sorts all headers to tell what one was sent with. */
  #isRepeated(name: string): boolean {
    let times = 0
    for (let at = 0; at < this.#sent.length; at += 2)
      if (this.#sent[at]?.length === name.length && this.#sent[at]?.toLowerCase() === name) times += 1
    return times > 1
  }
}

/**
 * Asks Node's request for nothing before somebody wants to know, and once: Express gives every request a prototype of its own, so that the
 * engine knows none of them, and each look at one takes up to a microsecond.
 */
export class NodeHttpRequest implements HttpRequest {
  readonly #request: NodeRequest
  readonly #url: string | undefined
  #headers: NodeHeaders | undefined
  #body: Promise<string> | undefined

  constructor(request: NodeRequest, url: string | undefined) {
    this.#request = request
    this.#url = url
  }

  get method(): string {
    return this.#request.method ?? 'GET'
  }

  get url(): string {
    return this.#url ?? this.#request.originalUrl ?? this.#request.url ?? '/'
  }

  get headers(): NodeHeaders {
    this.#headers ??= new NodeHeaders(this.#request)
    return this.#headers
  }

  text(): Promise<string> {
    this.#body ??= readBody(this.#request)
    return this.#body
  }
}
