import { base64url } from 'jose'
import type { Context } from './context.js'
import type { ClientId, EventId, GrantId, Timestamp } from './records.js'

type Random = Pick<Context, 'random'>

/** A random id in base64url; 128 bits unless said otherwise. */
export const newId = (context: Random, bytes = 16): string => base64url.encode(context.random(bytes))

export const newGrantId = (context: Random) => `grant_${newId(context)}` as GrantId

/** Never a URL and never a host's user id, so that neither can be taken for the other (RFC 9700 section 4.15). */
export const newClientId = (context: Random) => `client_${newId(context)}` as ClientId

/** Sorts by time: ten hex digits of it, then chance. */
export function newEventId(context: Random, at: Timestamp): EventId {
  return `${at.toString(16).padStart(10, '0')}${newId(context, 12)}` as EventId
}
