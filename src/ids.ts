import { base64url } from 'jose'
import type { Context } from './context.js'
import type { ClientId, EventId, GrantId } from './records.js'

type Random = Pick<Context, 'random'>

/** A random id in base64url; 128 bits unless said otherwise. */
export const newId = (context: Random, bytes = 16): string => base64url.encode(context.random(bytes))

export const newGrantId = (context: Random) => `grant_${newId(context)}` as GrantId

/** Never a URL and never a host's user id, so that neither can be taken for the other (RFC 9700 section 4.15). */
export const newClientId = (context: Random) => `client_${newId(context)}` as ClientId

const hex = (number: number, digits: number) => number.toString(16).padStart(digits, '0')

/**
 * Ids of events sort by time: twelve hex digits of milliseconds, four that count the events of one process within a
 * millisecond, then chance. A clock that is set back does not take the ids back with it.
 */
export function eventIds(milliseconds: () => number, random: Context['random']): () => EventId {
  let last = 0
  let count = 0
  return () => {
    const now = milliseconds()
    count = now > last ? 0 : count + 1
    last = Math.max(last, now)
    return `${hex(last, 12)}${hex(count, 4)}${newId({ random }, 12)}` as EventId
  }
}
