import { type AuditFilter, type AuditFormat, auditOf } from '../../audit/log.js'
import { eventTypes } from '../../audit.js'
import type { Context } from '../../context.js'
import { type Parameters, single } from '../../protocol/parameters.js'
import type { AccountId, ClientId, Subject } from '../../records.js'
import type { AuditLogView } from '../../views/management.js'
import { deskOf, type Keeper } from './desk.js'

const pageSize = 50
const millisecondsPerDay = 86_400_000

type Filter = AuditLogView['filter']

function read(query: Parameters): Filter {
  const text = (name: string) => single(query, name)?.trim() ?? ''
  const isDay = (day: string) => /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(`${day}T00:00:00Z`))
  const day = (name: string) => (isDay(text(name)) ? text(name) : '')
  return {
    type: text('type'),
    client: text('client'),
    subject: text('subject'),
    account: text('account'),
    from: day('from'),
    until: day('until'),
  }
}

/** Both days are included. */
function filterOf({ type, client, subject, account, from, until }: Filter): AuditFilter {
  return {
    ...(type !== '' && { type }),
    ...(client !== '' && { clientId: client as ClientId }),
    ...(subject !== '' && { subject: subject as Subject }),
    ...(account !== '' && { accountId: account as AccountId }),
    ...(from !== '' && { from: new Date(from) }),
    ...(until !== '' && { until: new Date(Date.parse(until) + millisecondsPerDay) }),
  }
}

/** The audit log, newest first. */
export async function showAuditLog(context: Context, keeper: Keeper, query: Parameters): Promise<AuditLogView> {
  const filter = read(query)
  const after = single(query, 'after')
  const page = { limit: pageSize, ...(after !== undefined && { after }) }
  const { items, next } = await auditOf(context).list({ ...filterOf(filter), order: 'newest' }, page)
  return { ...deskOf(keeper), filter, types: eventTypes, events: items, next }
}

/** The same to take away: oldest first, whole, a piece at a time. */
export function exportAuditLog(context: Context, query: Parameters) {
  const format: AuditFormat = single(query, 'format') === 'csv' ? 'csv' : 'jsonl'
  return { format, text: auditOf(context).export(filterOf(read(query)), format) }
}
