import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import type { DocumentFetcher, DocumentRequest, DocumentResponse } from 'grantor'
import { isLoopbackAddress, isPublicAddress } from './public-address.js'
import { type HostAddress, resolveAll, resolveLocally } from './resolve.js'

export type { HostAddress } from './resolve.js'

export interface DocumentFetcherOptions {
  /** For development: a provider whose own issuer is on loopback may fetch documents from there too. */
  readonly allowLoopback?: boolean
  /** All addresses of a host name. Left out: what the DNS says, and with `allowLoopback` what this machine says. */
  readonly lookup?: (hostname: string, signal: AbortSignal) => Promise<readonly HostAddress[]>
  /** Certificate authorities to trust in place of those that Node trusts, as PEM. */
  readonly ca?: string | readonly string[]
}

/** For a connection to be there, TLS included. */
const connectMilliseconds = 2_000

interface Place {
  readonly url: URL
  readonly hostname: string
  readonly isAllowed: (address: string) => boolean
}

/** Every address is looked at before any is used: a name that also stands for a private one is up to no good. */
async function addressesOf(
  { hostname, isAllowed }: Place,
  lookup: (hostname: string) => Promise<readonly HostAddress[]>,
): Promise<readonly HostAddress[]> {
  const family = isIP(hostname)
  // An address in the URL would never be looked up, and so never be looked at.
  if (family !== 0 && !isLoopbackAddress(hostname)) throw new Error('the host is an address, not a name')
  const addresses = family === 0 ? await lookup(hostname) : [{ address: hostname, family }]
  if (addresses.length === 0) throw new Error('the host has no address')
  if (!addresses.every(({ address }) => isAllowed(address)))
    throw new Error('the host has an address that is not public')
  return addresses
}

/** Answers with the addresses that were looked at, so that nobody asks the resolver again and hears something else. */
const pinnedTo =
  (addresses: readonly HostAddress[]): LookupFunction =>
  (_hostname, options, answer) => {
    const [first] = addresses
    if (options.all) answer(null, [...addresses])
    else answer(null, first?.address ?? '', first?.family)
  }

function headersOf({ accept, etag }: DocumentRequest): Readonly<Record<string, string>> {
  return {
    accept,
    // A few bytes can unpack to as many as somebody likes.
    'accept-encoding': 'identity',
    ...(etag !== null && { 'if-none-match': etag }),
  }
}

/** A connection of its own: no proxy from the environment, nothing kept from the one before. */
function connect(
  place: Place,
  wanted: DocumentRequest,
  addresses: readonly HostAddress[],
  ca: DocumentFetcherOptions['ca'],
) {
  const { url, hostname, isAllowed } = place
  return new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(url, {
      agent: new Agent({ keepAlive: false }),
      lookup: pinnedTo(addresses),
      headers: headersOf(wanted),
      signal: wanted.signal,
      rejectUnauthorized: true,
      ...(isIP(hostname) === 0 && { servername: hostname }),
      ...(ca !== undefined && { ca: [ca].flat() }),
    })
    const timer = setTimeout(
      () => outgoing.destroy(new Error('the connection was not there in time')),
      connectMilliseconds,
    )
    outgoing.on('socket', (socket) => {
      socket.once('secureConnect', () => {
        clearTimeout(timer)
        const { remoteAddress } = socket
        if (remoteAddress !== undefined && !isAllowed(remoteAddress))
          outgoing.destroy(new Error('the connection went elsewhere'))
      })
    })
    outgoing.once('close', () => clearTimeout(timer))
    outgoing.once('error', reject)
    outgoing.once('response', resolve)
    outgoing.end()
  })
}

async function readBody(incoming: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    // Leaving the loop destroys the stream, and the connection with it.
    if (size > maxBytes) throw new Error(`the body is larger than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function responseOf(incoming: IncomingMessage, maxBytes: number): Promise<DocumentResponse> {
  const { statusCode: status = 0, headers } = incoming
  const get = (name: string) => {
    const value = headers[name.toLowerCase()]
    return typeof value === 'string' ? value : (value?.join(', ') ?? null)
  }
  if (status !== 200) {
    incoming.destroy()
    return { status, headers: { get }, body: new Uint8Array() }
  }
  if (!['identity', null].includes(get('content-encoding'))) {
    incoming.destroy()
    throw new Error('the body is compressed, which was not asked for')
  }
  return { status, headers: { get }, body: await readBody(incoming, maxBytes) }
}

/** Until the time is up, also for a resolver that cannot be told to stop. */
async function inTime<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted()
  const up = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  return Promise.race([work, up])
}

/**
 * Fetches what strangers name a URL of, for `registration.metadataDocuments`: over https, from public addresses only, from the very
 * address that was looked at, following no redirect, through no proxy, and never more than was asked for.
 *
 * @example
 * ```ts
 * createProvider({ ...options, registration: { metadataDocuments: { fetch: documentFetcher() } } })
 * ```
 */
export function documentFetcher({
  allowLoopback = false,
  lookup = allowLoopback ? resolveLocally : resolveAll,
  ca,
}: DocumentFetcherOptions = {}): DocumentFetcher {
  return async (text, wanted) => {
    const url = new URL(text)
    if (url.protocol !== 'https:') throw new Error('the URL is not https')
    const hostname = url.hostname.replace(/^\[|\]$/g, '')
    const loopback = allowLoopback && wanted.loopback
    const isAllowed = (address: string) => isPublicAddress(address) || (loopback && isLoopbackAddress(address))
    const place = { url, hostname, isAllowed }
    const { signal } = wanted
    const addresses = await inTime(
      signal,
      addressesOf(place, (name) => lookup(name, signal)),
    )
    return responseOf(await connect(place, wanted, addresses, ca), wanted.maxBytes)
  }
}
