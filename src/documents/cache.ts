import { remember } from '../bounded.js'
import type { Context } from '../context.js'
import { type FreshnessBounds, freshFor } from '../protocol/freshness.js'
import { limits } from '../protocol/limits.js'
import type { JsonDocument } from '../protocol/strict-json.js'
import type { Timestamp } from '../records.js'
import { isBusy, requireOwnRoom, requireRoom } from '../throttle.js'
import type { Load } from './load.js'
import { DocumentUnavailable } from './unavailable.js'

/** A document that was fetched and found good, in the form in which it is used. */
export interface Kept<T> {
  readonly value: T
  readonly etag: string | null
  readonly fetchedAt: Timestamp
  /** Until then nobody need ask again. */
  readonly freshUntil: Timestamp
}

/** What kind of documents a cache is for. */
export interface DocumentKind<T> {
  readonly maxBytes: number
  readonly bounds: FreshnessBounds
  /** @throws OAuthError for a document that is no good. Such a one is not kept. */
  readonly read: (document: JsonDocument, url: string, context: Context) => T
}

export interface DocumentCache<T> {
  /** What is here and fresh; null: it would have to be fetched. */
  readonly peek: (context: Context, url: string, known: Kept<T> | null) => Kept<T> | null
  /**
   * The document, fetched when it is not fresh any more. One that was good a while ago will do when it cannot be had.
   *
   * @param known what storage remembers of it
   * @throws DocumentUnavailable; OAuthError from {@link DocumentKind.read}, and 429 when too much is being fetched
   */
  readonly find: (context: Context, url: string, known: Kept<T> | null) => Promise<Kept<T>>
  /** The document, fetched again although it is fresh, unless that was tried less than so many seconds ago. */
  readonly renew: (context: Context, url: string, every: number) => Promise<Kept<T> | null>
}

interface Failure {
  readonly error: unknown
  /** How often in a row. */
  readonly times: number
  readonly until: Timestamp
}

/** Not the document is at fault, but the way to it. One that can be had and is no good is its owner's last word. */
const mayHeal = (error: unknown) => error instanceof DocumentUnavailable || isBusy(error)

function newer<T>(one: Kept<T> | null, other: Kept<T> | null): Kept<T> | null {
  if (!one || !other) return one ?? other
  return one.fetchedAt > other.fetchedAt ? one : other
}

/** Documents in memory, by URL. Whatever many ask for at the same moment is fetched once. */
export function documentCache<T>(load: Load, { maxBytes, bounds, read }: DocumentKind<T>): DocumentCache<T> {
  const kept = new Map<string, Kept<T>>()
  const failures = new Map<string, Failure>()
  const tried = new Map<string, Timestamp>()
  const flying = new Map<string, Promise<Kept<T>>>()

  const best = (url: string, known: Kept<T> | null) => newer(kept.get(url) ?? null, known)

  async function fetched(context: Context, url: string, base: Kept<T> | null): Promise<Kept<T>> {
    const { document, headers } = await load(url, { maxBytes, etag: base?.etag ?? null })
    const now = context.now()
    return {
      // Without a document the base is there: nothing else has an ETag.
      value: document ? read(document, url, context) : base!.value,
      etag: headers.get('etag') ?? (document ? null : base!.etag),
      fetchedAt: now,
      freshUntil: (now + freshFor(headers, now, bounds)) as Timestamp,
    }
  }

  function fail(context: Context, url: string, error: unknown): never {
    if (isBusy(error)) throw error
    const times = (failures.get(url)?.times ?? 0) + 1
    const wait = Math.min(2 ** (times - 1), limits.documentRetrySeconds)
    const until = (context.now() + wait) as Timestamp
    remember(failures, url, { error, times, until }, limits.documentsKept)
    throw error
  }

  function start(context: Context, url: string, base: Kept<T> | null): Promise<Kept<T>> {
    remember(tried, url, context.now(), limits.documentsKept)
    const flight = fetched(context, url, base)
      .then(
        (document) => {
          failures.delete(url)
          remember(kept, url, document, limits.documentsKept)
          return document
        },
        (error: unknown) => fail(context, url, error),
      )
      .finally(() => flying.delete(url))
    flying.set(url, flight)
    return flight
  }

  async function fetchOnce(context: Context, url: string, base: Kept<T> | null): Promise<Kept<T>> {
    const before = flying.get(url)
    if (before) return before
    const failure = failures.get(url)
    if (failure && context.now() < failure.until) throw failure.error
    // Whoever makes up addresses must not keep those that are known from being fetched again.
    if (base) await requireOwnRoom(context, 'document_renewal', [url])
    else await requireRoom(context, 'document_fetch', [context.origin.address, new URL(url).host])
    return flying.get(url) ?? start(context, url, base)
  }

  const isFresh = (context: Context, document: Kept<T>) => context.now() < document.freshUntil
  /** What must not be stored has no time in which it could serve. */
  const willDo = (context: Context, { fetchedAt, freshUntil }: Kept<T>) =>
    freshUntil > fetchedAt && context.now() < fetchedAt + bounds.longest

  return {
    peek(context, url, known) {
      const document = best(url, known)
      return document && isFresh(context, document) ? document : null
    },
    async find(context, url, known) {
      const document = best(url, known)
      if (document && isFresh(context, document)) return document
      return fetchOnce(context, url, document).catch((error: unknown) => {
        if (document && willDo(context, document) && mayHeal(error)) return document
        throw error
      })
    },
    async renew(context, url, every) {
      const document = best(url, null)
      if (context.now() < (tried.get(url) ?? 0) + every) return document
      return fetchOnce(context, url, document)
    },
  }
}
