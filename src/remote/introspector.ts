import { encodeFormComponent } from '../protocol/form.js'
import type { Introspection } from '../protocol/introspection.js'
import { serverMetadataPaths } from '../protocol/metadata-paths.js'
import { refuseSecureUri } from '../protocol/uri.js'
import { readIntrospection } from './answer.js'

/** The provider did not answer, or not so that it can be understood. The token may be as good as ever. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable'
}

/** What a request wants to know of a token. */
export interface Inquiry {
  readonly token: string
  /** The project it acts on. */
  readonly project: string | undefined
  /** What the person holds right now, and not when the token was issued. */
  readonly live: boolean
}

/**
 * Says what a token is worth. Asking the provider is one way to know; reading a signed token would be another.
 *
 * @throws ProviderUnavailable
 */
export type Inspect = (inquiry: Inquiry) => Promise<Introspection>

export interface ProviderAddress {
  readonly issuer: string
  /** A client of the provider whose policy lets it introspect. */
  readonly client: { readonly id: string; readonly secret: string }
  readonly fetch: typeof fetch
  /** Milliseconds. */
  readonly timeout: number
  readonly now: () => number
}

/** How long the provider's metadata is believed, in seconds. */
const metadataFor = 3_600

/** Latin letters only go into `btoa`, and a form-encoded text has no others. */
const basic = ({ id, secret }: ProviderAddress['client']) =>
  `Basic ${btoa(`${encodeFormComponent(id)}:${encodeFormComponent(secret)}`)}`

/** What is asked of a server, or a failure when it takes too long, whether or not it can be stopped. */
async function within<T>(milliseconds: number, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${milliseconds} ms`))
      stop.abort()
    }, milliseconds)
  })
  return Promise.race([ask(stop.signal), late]).finally(() => clearTimeout(timer))
}

async function ask({ fetch, timeout }: ProviderAddress, url: string, init: RequestInit): Promise<unknown> {
  const place = new URL(url)
  const read = async (signal: AbortSignal): Promise<unknown> => {
    // A redirect would take the credentials elsewhere: it is an answer like any other, and not the right one.
    const response = await fetch(url, { ...init, redirect: 'manual', signal })
    if (response.status !== 200) throw new Error(`${place.origin}${place.pathname} answered ${response.status}`)
    return response.json()
  }
  return within(timeout, read).catch((cause: unknown) => {
    throw new ProviderUnavailable('the provider did not answer', { cause })
  })
}

/** The introspection endpoint, as the provider's metadata has it (RFC 8414). */
async function discover(provider: ProviderAddress): Promise<string> {
  const { issuer } = provider
  const [path = ''] = serverMetadataPaths(issuer)
  const metadata = await ask(provider, `${new URL(issuer).origin}${path}`, { headers: { accept: 'application/json' } })
  const { issuer: named, introspection_endpoint: endpoint } = (metadata ?? {}) as Readonly<Record<string, unknown>>
  // Another issuer's metadata would lead the credentials to it (RFC 8414 section 3.3).
  if (named !== issuer) throw new ProviderUnavailable(`the metadata of ${issuer} is that of ${String(named)}`)
  if (typeof endpoint !== 'string' || refuseSecureUri(endpoint) !== null)
    throw new ProviderUnavailable(`the metadata of ${issuer} has no introspection_endpoint`)
  return endpoint
}

/** The endpoint, looked up once for all who ask at the same time, and kept until it is no good or has been kept for long. */
function endpointOf(provider: ProviderAddress) {
  let known: { readonly endpoint: Promise<string>; readonly until: number } | null = null
  return {
    find(): Promise<string> {
      const now = provider.now()
      if (!known || known.until <= now) known = { endpoint: discover(provider), until: now + metadataFor }
      return known.endpoint
    },
    forget() {
      known = null
    },
  }
}

/** Asks the provider, every time. */
export function introspector(provider: ProviderAddress): Inspect {
  const endpoint = endpointOf(provider)
  const post = async ({ token, project, live }: Inquiry) => {
    const parameters = { token, token_type_hint: 'access_token', ...(project !== undefined && { project }) }
    const body = new URLSearchParams({ ...parameters, ...(live && { live: 'true' }) })
    const headers = { accept: 'application/json', authorization: basic(provider.client) }
    return ask(provider, await endpoint.find(), { method: 'POST', headers, body })
  }
  return async (inquiry) => {
    const answer = await post(inquiry).catch((error: unknown) => {
      endpoint.forget()
      throw error
    })
    const read = readIntrospection(answer)
    if (read === null) throw new ProviderUnavailable('the provider answered something else than RFC 7662 has')
    return read
  }
}
