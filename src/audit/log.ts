import type { AuditEventOf, EventType } from '../audit.js'
import type { Context } from '../context.js'
import { firstIdAt } from '../ids.js'
import { whole } from '../protocol/present.js'
import type { AuditEvent } from '../records.js'
import type { EventFilter, Page, Paged } from '../storage.js'

/** Which events. Members that are left out do not filter; those that are there must all hold. */
export interface AuditFilter<Type extends string = string> extends Omit<EventFilter, 'type' | 'fromId' | 'untilId'> {
  /** One of the provider's own, or one that the host writes with `access.audit`. */
  readonly type?: Type
  /** The first moment that counts. */
  readonly from?: Date
  /** The first moment after it that does not. */
  readonly until?: Date
}

/** What events of a type tell: known for the provider's own, any JSON for others. */
export type ListedEvent<Type extends string> = Type extends EventType ? AuditEventOf<Type> : AuditEvent

/**
 * - `jsonl`: one event on each line, as it is stored. For programs.
 * - `csv`: for people with a spreadsheet. What would run there as a formula begins with an apostrophe.
 */
export type AuditFormat = 'jsonl' | 'csv'

export interface Audit {
  /** Oldest first, unless the filter says otherwise. */
  readonly list: <Type extends string = string>(
    filter?: AuditFilter<Type>,
    page?: Page,
  ) => Promise<Paged<ListedEvent<Type>>>
  /** All of it, a piece of text at a time, for a download or another system. Nothing is read before it is asked for. */
  readonly export: (filter: AuditFilter, format: AuditFormat) => AsyncIterable<string>
}

const firstPage: Page = { limit: 100 }
/** @throws TypeError for a member that is undefined or null, RangeError for a date that is none */
function stored(filter: AuditFilter): EventFilter {
  const { from, until, ...equal } = whole(filter)
  return { ...equal, ...(from && { fromId: firstIdAt(from) }), ...(until && { untilId: firstIdAt(until) }) }
}

async function* exporting(context: Context, wanted: EventFilter, format: AuditFormat): AsyncGenerator<string> {
  const { exported } = await import('./export.js')
  yield* exported(context, wanted, format)
}

export const auditOf = (context: Context): Audit => ({
  async list<Type extends string>(filter: AuditFilter<Type> = {}, page = firstPage) {
    const wanted = stored(filter)
    await context.failures.flush()
    // What is stored under a type is what was written under it.
    return (await context.storage.listEvents(wanted, page)) as Paged<ListedEvent<Type>>
  },
  export: (filter, format) => exporting(context, stored(filter), format),
})
