import type { JSX } from 'preact'
import type { AuditEvent } from '../../records.js'
import type { AuditLogView } from '../../views/management.js'
import { visible } from '../plain.js'
import type { Words } from '../words.js'
import { clientLink, Empty, link, ManagedLayout, type ManagedProps, RecordTable } from './parts.js'

type Props = ManagedProps<AuditLogView>

function Filter({ view, frame: { words } }: Props): JSX.Element {
  const { filter, types, paths } = view
  const text = (name: 'client' | 'subject' | 'account', label: string) => (
    <label class="field">
      <span>{label}</span>
      <input type="text" name={name} value={filter[name]} maxlength={2048} autocomplete="off" />
    </label>
  )
  const day = (name: 'from' | 'until', label: string) => (
    <label class="field">
      <span>{label}</span>
      <input type="date" name={name} value={filter[name]} />
    </label>
  )
  return (
    <search>
      <form class="filter" method="get" action={paths.audit ?? ''}>
        <label class="field">
          <span>{words.text('manage.audit.what')}</span>
          <select name="type">
            <option value="">{words.text('manage.audit.type.any')}</option>
            {types.map((type) => (
              <option key={type} value={type} selected={type === filter.type}>
                {type}
              </option>
            ))}
          </select>
        </label>
        {text('client', words.text('manage.audit.client'))}
        {text('subject', words.text('manage.audit.subject'))}
        {text('account', words.text('manage.account'))}
        {day('from', words.text('manage.audit.from'))}
        {day('until', words.text('manage.audit.until'))}
        <button class="button small quiet" type="submit">
          {words.text('manage.audit.filter')}
        </button>
      </form>
    </search>
  )
}

function actorOf({ actor }: AuditEvent, words: Words): string {
  if (actor.type === 'system') return words.text('manage.audit.actor.system')
  if (actor.type === 'client') return words.text('manage.audit.actor.client')
  return visible(actor.id ?? actor.type)
}

/** Everything else there is to know, for whoever opens it. */
function More({ event, words }: { event: AuditEvent; words: Words }): JSX.Element {
  const facts = [
    [words.text('manage.audit.reason'), event.reason],
    [words.text('manage.audit.grant'), event.grantId],
    [words.text('manage.account'), event.accountId],
    [words.text('manage.audit.address'), event.address],
    [words.text('manage.audit.agent'), event.agent],
    [words.text('manage.audit.request'), event.requestId],
    [words.text('manage.audit.data'), Object.keys(event.data).length === 0 ? null : JSON.stringify(event.data)],
  ] as const
  return (
    <details class="technical">
      <summary>
        {words.text('manage.audit.more')}
        <span class="unseen">: {event.type}</span>
      </summary>
      <dl class="facts stack">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <>
              <dt>{name}</dt>
              <dd>
                <code>{visible(value)}</code>
              </dd>
            </>
          ),
        )}
      </dl>
    </details>
  )
}

function Event({ event, view, frame: { words } }: Props & { event: AuditEvent }): JSX.Element {
  const { paths } = view
  return (
    <tr>
      <th scope="row">
        <time datetime={new Date(event.at * 1000).toISOString()}>{words.moment(event.at)}</time>
      </th>
      <td data-label={words.text('manage.audit.what')}>
        <code>{event.type}</code>
        {event.outcome === 'failure' && <span class="tag off">{words.text('manage.audit.failure')}</span>}
        <More event={event} words={words} />
      </td>
      <td data-label={words.text('manage.audit.actor')}>
        <bdi>{actorOf(event, words)}</bdi>
      </td>
      <td data-label={words.text('manage.audit.client')}>
        {event.clientId !== null && (
          <a href={clientLink(view, event.clientId)}>
            <code>{visible(event.clientId)}</code>
          </a>
        )}
      </td>
      <td data-label={words.text('manage.audit.subject')}>
        {event.subject !== null && (
          <a href={link(paths.audit ?? '', { subject: event.subject })}>
            <bdi>{visible(event.subject)}</bdi>
          </a>
        )}
      </td>
    </tr>
  )
}

function Table({ view, frame }: Props): JSX.Element {
  const { words } = frame
  const columns = [
    'manage.audit.when',
    'manage.audit.what',
    'manage.audit.actor',
    'manage.audit.client',
    'manage.audit.subject',
  ] as const
  return (
    <RecordTable columns={columns.map((column) => words.text(column))}>
      {view.events.map((event) => (
        <Event key={event.id} event={event} view={view} frame={frame} />
      ))}
    </RecordTable>
  )
}

/** The audit log: newest first, filtered, and to take away. */
export function AuditLog({ view, frame }: Props): JSX.Element {
  const { words } = frame
  const path = view.paths.audit ?? ''
  const title = words.text('manage.audit')
  const download = (format: string) => link(`${path}/export`, { ...view.filter, format })
  return (
    <ManagedLayout view={view} frame={frame} title={title} here="audit">
      <div class="top">
        <div class="lead">
          <h1>{title}</h1>
          <p class="hint">{words.text('manage.audit.intro')}</p>
        </div>
        <p class="row">
          <a class="button small quiet" href={download('csv')} download>
            {words.text('manage.audit.export')} CSV
          </a>
          <a class="button small quiet" href={download('jsonl')} download>
            {words.text('manage.audit.export')} JSON
          </a>
        </p>
      </div>
      <Filter view={view} frame={frame} />
      {view.events.length === 0 ? (
        <Empty title={words.text('manage.audit.none')} hint={words.text('manage.audit.none.hint')} />
      ) : (
        <Table view={view} frame={frame} />
      )}
      {view.next !== null && (
        <a class="button small quiet more" href={link(path, { ...view.filter, after: view.next })}>
          {words.text('manage.next')}
        </a>
      )}
    </ManagedLayout>
  )
}
