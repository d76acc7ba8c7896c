import type { Context } from './context.js'
import { OAuthError } from './protocol/errors.js'
import { networkOf } from './throttle/network.js'

/** So many in so many seconds. */
export interface Limit {
  readonly most: number
  readonly seconds: number
}

/** A limit for each key, and one for all keys together. */
export interface Limits extends Limit {
  readonly inAll?: Limit
}

/** What is counted, and how much of it there is room for. Every number can be another one: {@link ThrottleOptions}. */
export const throttleLimits = {
  /** Clients registering themselves, by address. In all: what bounds the clients that are never used until they are purged. */
  registration: { most: 10, seconds: 60, inAll: { most: 1_000, seconds: 3_600 } },
  /** Requests to the authorization endpoint, by address: a whole office may share one. */
  authorization: { most: 300, seconds: 60 },
  /** Those that are kept until a person has decided, by subject. */
  interaction: { most: 60, seconds: 60 },
  /** Clients that did not prove who they are, at any endpoint, by client and address. */
  client_failure: { most: 30, seconds: 60 },
  /** Codes and refresh tokens that were no good, by client and address. */
  grant_failure: { most: 60, seconds: 60 },
  /** Devices asking for codes, by address. */
  device_authorization: { most: 60, seconds: 60 },
  /** User codes: those that one subject types, and those typed wrong at one address. In all: guesses that are spread over many people. */
  user_code: { most: 10, seconds: 600, inAll: { most: 1_000, seconds: 600 } },
  /** Client metadata documents fetched for the first time, by address and by the host they are on. */
  document_fetch: { most: 20, seconds: 60, inAll: { most: 300, seconds: 60 } },
  /** The same again, by document: some say that they must not be kept. */
  document_renewal: { most: 20, seconds: 60 },
} as const satisfies Readonly<Record<string, Limits>>

export type Throttled = keyof typeof throttleLimits

/** The key that stands for all keys together. */
export const everybody = '*'

/** Counts what could be abused. Whoever it refuses is told when to come back; nothing else happens to them. */
export interface Throttle {
  /**
   * Count one more of this for a key.
   *
   * @returns for how many seconds there is no room for another; 0 when there is
   */
  readonly take: (what: Throttled, key: string) => Promise<number>
  /**
   * The same question without counting. Asked on the way of requests that go well, so that it must not ask a database: what this
   * process has been told by `take` will do.
   */
  readonly peek: (what: Throttled, key: string) => Promise<number>
}

/** Room for everybody: what a host gets that says `throttle: false`. */
export const unthrottled: Throttle = { take: async () => 0, peek: async () => 0 }

const reason = 'throttle.exceeded'

/** Whether a request was refused for want of room: its sender is to wait, whoever that is. */
export const isBusy = (error: unknown): boolean => error instanceof OAuthError && error.reason === reason

/** @throws OAuthError `temporarily_unavailable`, 429 with `Retry-After` */
export function refuseBusy(seconds: number, cause?: unknown): void {
  if (seconds <= 0) return
  throw new OAuthError('temporarily_unavailable', 'too many attempts; try again later', reason, {
    status: 429,
    headers: { 'retry-after': String(Math.ceil(seconds)) },
    cause,
  })
}

/** A key made of parts, such as a client and an address. Null when one of them is not known. */
export function throttleKey(...parts: readonly (string | null)[]): string | null {
  const known: string[] = []
  for (const part of parts) {
    if (part === null || part === '') return null
    known.push(part)
  }
  return JSON.stringify(known.map(networkOf))
}

/**
 * Count one more for every key, and refuse when one of them has no room. A key that nobody knows, such as an address the host does
 * not tell, is null and does not count. What is refused by a key of its own takes no room from everybody's.
 *
 * @throws OAuthError `temporarily_unavailable`, 429 with `Retry-After`
 */
export async function requireRoom(
  context: Pick<Context, 'throttle'>,
  what: Throttled,
  keys: readonly (string | null)[],
): Promise<void> {
  await requireOwnRoom(context, what, keys)
  refuseBusy(await context.throttle.take(what, everybody))
}

const known = (keys: readonly (string | null)[]): readonly string[] =>
  keys.map((key) => throttleKey(key)).filter((key) => key !== null)

/** The same, of which everybody's room is no part. */
export async function requireOwnRoom(
  { throttle }: Pick<Context, 'throttle'>,
  what: Throttled,
  keys: readonly (string | null)[],
): Promise<void> {
  const waits = await Promise.all(known(keys).map((key) => throttle.take(what, key)))
  refuseBusy(Math.max(0, ...waits))
}

/**
 * Count a try only once it has failed, for keys that many honest people share. What is full is not even tried.
 *
 * @throws OAuthError what `attempt` throws, or `temporarily_unavailable`, 429 with `Retry-After`
 */
export async function countingWrong<T>(
  context: Pick<Context, 'throttle'>,
  what: Throttled,
  keys: readonly (string | null)[],
  attempt: () => Promise<T>,
): Promise<T> {
  const waits = await Promise.all([...known(keys), everybody].map((key) => context.throttle.peek(what, key)))
  refuseBusy(Math.max(...waits))
  try {
    return await attempt()
  } catch (error) {
    if (error instanceof OAuthError && error.status < 429) await requireRoom(context, what, keys)
    throw error
  }
}
