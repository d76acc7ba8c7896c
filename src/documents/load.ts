import { limits } from '../protocol/limits.js'
import { type JsonDocument, readJsonDocument } from '../protocol/strict-json.js'
import { refuseBusy } from '../throttle.js'
import type { DocumentFetcher, DocumentResponse } from './fetcher.js'
import { DocumentUnavailable } from './unavailable.js'

/** What came back; the document is null when the one that is known still holds. */
export interface Loaded {
  readonly document: JsonDocument | null
  readonly headers: DocumentResponse['headers']
}

export interface Wanted {
  readonly maxBytes: number
  /** Null: none is known. */
  readonly etag: string | null
}

export type Load = (url: string, wanted: Wanted) => Promise<Loaded>

const accept = 'application/json'
const isJson = (type: string | null) => /^application\/(?:[^\s;/]+\+)?json\s*(?:;|$)/i.test(type?.trim() ?? '')

/** Rejects when the time is up, for fetchers that do not heed the signal. */
const whenAborted = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

function read({ status, headers, body }: DocumentResponse, { etag, maxBytes }: Wanted): Loaded {
  if (status === 304 && etag !== null) return { document: null, headers }
  if (status !== 200) throw new DocumentUnavailable(`answered ${status}`, { gone: status === 404 || status === 410 })
  if (!isJson(headers.get('content-type'))) throw new DocumentUnavailable('is not of type application/json')
  if (body.byteLength > maxBytes) throw new DocumentUnavailable(`is larger than ${maxBytes} bytes`)
  const document = readJsonDocument(body)
  if (!document) throw new DocumentUnavailable('is not one JSON object that can be read in one way only')
  return { document, headers }
}

/** The one door to the network. Only so many go through it at once, and only so many of them to one host. */
export function documentLoader(fetch: DocumentFetcher, { loopback }: { readonly loopback: boolean }): Load {
  const open: string[] = []

  return async (url, wanted) => {
    const { host } = new URL(url)
    const there = open.filter((one) => one === host).length
    if (open.length >= limits.documentsAtOnce || there >= limits.documentsAtOncePerHost) refuseBusy(1)
    open.push(host)
    try {
      const signal = AbortSignal.timeout(limits.documentMilliseconds)
      const request = { ...wanted, accept, loopback, signal }
      return read(await Promise.race([fetch(url, request), whenAborted(signal)]), wanted)
    } catch (cause) {
      throw cause instanceof DocumentUnavailable ? cause : new DocumentUnavailable('could not be fetched', { cause })
    } finally {
      open.splice(open.indexOf(host), 1)
    }
  }
}
