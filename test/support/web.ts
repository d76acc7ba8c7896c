import type { DocumentFetcher, DocumentRequest } from 'grantor'

/** What a URL answers. */
export interface Published {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** A document, or a body as it is. */
  readonly body?: unknown
  /** Awaited before it answers; `signal` is that of the request. */
  readonly wait?: (signal: AbortSignal) => Promise<unknown>
}

export interface FetchedUrl {
  readonly url: string
  readonly request: DocumentRequest
}

/** The web in this process, as far as a provider fetches from it. */
export interface FakeWeb {
  readonly fetch: DocumentFetcher
  /** Publish something at a URL; null takes it down, so that a request to it fails as when nobody listens. */
  readonly put: (url: string, published: Published | null) => void
  /** The same for a document that is well. */
  readonly publish: (url: string, document: unknown, headers?: Readonly<Record<string, string>>) => void
  /** Every request there was. */
  readonly requests: FetchedUrl[]
}

const bytesOf = (body: unknown): Uint8Array =>
  body instanceof Uint8Array ? body : new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))

export function fakeWeb(): FakeWeb {
  const places = new Map<string, Published>()
  const requests: FetchedUrl[] = []
  const put: FakeWeb['put'] = (url, published) => {
    if (published) places.set(url, published)
    else places.delete(url)
  }
  return {
    requests,
    put,
    publish: (url, body, headers = {}) => put(url, { body, headers }),
    async fetch(url, request) {
      requests.push({ url, request })
      const place = places.get(url)
      if (!place) throw new Error('nobody is there')
      await place.wait?.(request.signal)
      const headers = new Headers({ 'content-type': 'application/json', ...place.headers })
      const etag = headers.get('etag')
      if (etag !== null && etag === request.etag && place.status === undefined)
        return { status: 304, headers, body: new Uint8Array() }
      const { status = 200, body = '' } = place
      return { status, headers, body: status === 200 ? bytesOf(body) : new Uint8Array() }
    },
  }
}
