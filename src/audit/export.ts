import type { Context } from '../context.js'
import type { AuditEvent } from '../records.js'
import type { EventFilter } from '../storage.js'
import { csvLine } from './csv.js'
import type { AuditFormat } from './log.js'

/** Events that are in memory at once while all are exported. */
const exportPage = 500

const columns: readonly (readonly [name: string, read: (event: AuditEvent) => string | null])[] = [
  ['id', ({ id }) => id],
  ['time', ({ at }) => new Date(at * 1000).toISOString()],
  ['type', ({ type }) => type],
  ['outcome', ({ outcome }) => outcome],
  ['reason', ({ reason }) => reason],
  ['actor_type', ({ actor }) => actor.type],
  ['actor_id', ({ actor }) => actor.id],
  ['client_id', ({ clientId }) => clientId],
  ['grant_id', ({ grantId }) => grantId],
  ['subject', ({ subject }) => subject],
  ['account_id', ({ accountId }) => accountId],
  ['address', ({ address }) => address],
  ['agent', ({ agent }) => agent],
  ['request_id', ({ requestId }) => requestId],
  ['data', ({ data }) => JSON.stringify(data)],
]

const formats: Readonly<Record<AuditFormat, { readonly head: string; readonly line: (event: AuditEvent) => string }>> =
  {
    jsonl: { head: '', line: (event) => `${JSON.stringify(event)}\n` },
    csv: {
      head: csvLine(columns.map(([name]) => name)),
      line: (event) => csvLine(columns.map(([, read]) => read(event) ?? '')),
    },
  }

/** All events of a filter, a piece of text at a time. */
export async function* exported(context: Context, wanted: EventFilter, format: AuditFormat): AsyncGenerator<string> {
  const { head, line } = formats[format]
  await context.failures.flush()
  if (head !== '') yield head
  for (let after: string | undefined; ; ) {
    const page = { limit: exportPage, ...(after !== undefined && { after }) }
    const { items, next } = await context.storage.listEvents(wanted, page)
    if (items.length > 0) yield items.map(line).join('')
    if (next === null) return
    after = next
  }
}
