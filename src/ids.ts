import { sha256 } from './protocol/sha256.js'
import { randomText } from './random.js'
import type { ClientId, EventId, GrantId } from './records.js'

/** A random id in base64url; 128 bits unless said otherwise. */
export const newId = (bytes = 16): string => randomText(bytes)

export const newGrantId = () => `grant_${newId()}` as GrantId

/** The grant on which a client acts for itself follows from the version it began with, so that it is known without being looked up. */
export const clientGrantId = (id: ClientId, version: number) =>
  `grant_${sha256(JSON.stringify([id, version])).slice(0, 22)}` as GrantId

/** Never a URL and never a host's user id, so that neither can be taken for the other (RFC 9700 section 4.15). */
export const newClientId = () => `client_${newId()}` as ClientId

const hex = (number: number, digits: number) => number.toString(16).padStart(digits, '0')

const latest = 16 ** 12 - 1

/**
 * Before every id of an event from this moment on, and after every earlier one.
 *
 * @throws RangeError for a date that is none
 */
export function firstIdAt(date: Date): string {
  const milliseconds = date.getTime()
  if (Number.isNaN(milliseconds)) throw new RangeError('this date is none')
  return hex(Math.min(Math.max(milliseconds, 0), latest), 12)
}

/**
 * Ids of events sort by time: twelve hex digits of milliseconds, four that count the events of one process within a
 * millisecond, then chance. A clock that is set back does not take the ids back with it.
 */
export function eventIds(milliseconds: () => number): () => EventId {
  let last = 0
  let start = hex(0, 12)
  let count = 0
  return () => {
    const now = milliseconds()
    count = now > last ? 0 : count + 1
    if (now > last) {
      last = now
      start = hex(last, 12)
    }
    return `${start}${hex(count, 4)}${newId(12)}` as EventId
  }
}
