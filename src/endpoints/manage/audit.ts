import { type AuditFilter, auditOf } from '../../audit/log.js'
import type { Context } from '../../context.js'
import { type Parameters, single } from '../../protocol/parameters.js'
import type { AuditEvent } from '../../records.js'
import { type Authority, requireAdmin } from './authority.js'
import { type ListJson, listJson, malformed, readChoice, readPage, readTexts } from './query.js'

/** An event on the wire. */
const eventJson = (event: AuditEvent) => ({
  event_id: event.id,
  at: event.at,
  type: event.type,
  outcome: event.outcome,
  reason: event.reason,
  actor: event.actor,
  client_id: event.clientId,
  grant_id: event.grantId,
  subject: event.subject,
  account_id: event.accountId,
  address: event.address,
  agent: event.agent,
  request_id: event.requestId,
  data: event.data,
})

export type EventJson = ReturnType<typeof eventJson>

/** A moment as RFC 3339 has it, or in seconds since 1970. */
function readMoment(query: Parameters, name: string): Date | undefined {
  const text = single(query, name)
  if (text === undefined) return undefined
  const moment = new Date(/^\d{1,10}$/.test(text) ? Number(text) * 1000 : text)
  if (Number.isNaN(moment.getTime())) throw malformed(`${name} is no time`, `manage.${name}`)
  return moment
}

const names = {
  type: 'type',
  clientId: 'client_id',
  grantId: 'grant_id',
  subject: 'subject',
  accountId: 'account_id',
} as const

function readFilter(query: Parameters, { accountId }: Authority): AuditFilter {
  const order = readChoice(query, 'order', ['newest', 'oldest']) ?? 'newest'
  const from = readMoment(query, 'from')
  const until = readMoment(query, 'until')
  const wanted = readTexts(query, names)
  return {
    ...wanted,
    order,
    ...(from && { from }),
    ...(until && { until }),
    ...(accountId !== null && { accountId }),
  } as AuditFilter
}

/** The audit log, newest first unless it is asked otherwise. For administrators. */
export async function listManagedEvents(
  context: Context,
  authority: Authority,
  query: Parameters,
): Promise<ListJson<EventJson>> {
  requireAdmin(authority)
  return listJson(await auditOf(context).list(readFilter(query, authority), readPage(query)), eventJson)
}
