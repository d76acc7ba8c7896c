import type { JSX } from 'preact'
import type { Registration } from '../../records.js'
import type { ClientsView, ManagedClientView } from '../../views/management.js'
import { ClientAvatar, clientName } from '../client.js'
import { visible } from '../plain.js'
import { Change, clientLink, DayOrNever, Empty, link, ManagedLayout, type ManagedProps, RecordTable } from './parts.js'

type Props = ManagedProps<ClientsView>

const kinds = {
  manual: ['manage.kind.manual', 'manage.kind.manual.hint'],
  user: ['manage.kind.user', 'manage.kind.user.hint'],
  dynamic: ['manage.kind.dynamic', 'manage.kind.dynamic.hint'],
  metadata_document: ['manage.kind.metadata_document', 'manage.kind.metadata_document.hint'],
} as const

const orders = {
  newest: 'manage.order.newest',
  oldest: 'manage.order.oldest',
  name: 'manage.order.name',
} as const

const states = {
  all: 'manage.status.all',
  enabled: 'manage.status.enabled',
  disabled: 'manage.status.disabled',
} as const

/** The address of this list as it is filtered now, or a little otherwise. */
const listed = ({ paths, kind, search, order, status }: ClientsView, other: Readonly<Record<string, string | null>>) =>
  link(paths.clients, { kind, search, order, status, ...other })

function Kinds({ view, frame: { words } }: Props): JSX.Element {
  return (
    <nav class="tabs" aria-label={words.text('manage.kinds')}>
      {(Object.keys(kinds) as Registration[]).map((kind) => (
        <a key={kind} href={link(view.paths.clients, { kind })} aria-current={kind === view.kind ? 'page' : undefined}>
          {words.text(kinds[kind][0])}
        </a>
      ))}
    </nav>
  )
}

function Filter({ view, frame: { words } }: Props): JSX.Element {
  return (
    <search>
      <form class="filter" method="get" action={view.paths.clients}>
        <input type="hidden" name="kind" value={view.kind} />
        <label class="field grow">
          <span>{words.text('manage.search')}</span>
          <input type="search" name="search" value={view.search} maxlength={200} />
        </label>
        <label class="field">
          <span>{words.text('manage.order')}</span>
          <select name="order">
            {(Object.keys(orders) as ClientsView['order'][]).map((order) => (
              <option key={order} value={order} selected={order === view.order}>
                {words.text(orders[order])}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>{words.text('manage.status')}</span>
          <select name="status">
            {(Object.keys(states) as ClientsView['status'][]).map((status) => (
              <option key={status} value={status} selected={status === view.status}>
                {words.text(states[status])}
              </option>
            ))}
          </select>
        </label>
        <button class="button small quiet" type="submit">
          {words.text('manage.search.submit')}
        </button>
      </form>
    </search>
  )
}

/** The one switch that stops strangers from registering. */
function RegistrationSwitch({ view, frame }: Props): JSX.Element | null {
  const { words } = frame
  const open = view.registrationOpen
  if (open === null) return null
  return (
    <div class="card row">
      <div>
        <p>
          <b>{words.text(open ? 'manage.registration.open' : 'manage.registration.closed')}</b>
        </p>
        <p class="hint">{words.text('manage.registration.hint')}</p>
      </div>
      <Change view={view} frame={frame} action={open ? 'close_registration' : 'open_registration'}>
        <button class="button small quiet" type="submit">
          {words.text(open ? 'manage.registration.close' : 'manage.registration.reopen')}
        </button>
      </Change>
    </div>
  )
}

function Client({ client, view, frame: { words } }: Props & { client: ManagedClientView }): JSX.Element {
  return (
    <tr>
      <th scope="row">
        <span class="named">
          <ClientAvatar client={client} />
          <span>
            <a href={clientLink(view, client.id)}>
              <bdi>{clientName(client)}</bdi>
            </a>
            <code>{visible(client.id)}</code>
            {client.disabledAt !== null && <span class="tag off">{words.text('manage.disabled')}</span>}
          </span>
        </span>
      </th>
      <td data-label={words.text('manage.type')}>
        {words.text(client.confidential ? 'manage.confidential' : 'manage.public')}
      </td>
      <td data-label={words.text('manage.created')}>
        <DayOrNever at={client.createdAt} words={words} />
      </td>
      <td data-label={words.text('manage.used')}>
        <DayOrNever at={client.lastUsedAt} words={words} />
      </td>
    </tr>
  )
}

function Table({ view, frame }: Props): JSX.Element {
  const { words } = frame
  const columns = ['manage.client', 'manage.type', 'manage.created', 'manage.used'] as const
  return (
    <RecordTable columns={columns.map((column) => words.text(column))}>
      {view.clients.map((client) => (
        <Client key={client.id} client={client} view={view} frame={frame} />
      ))}
    </RecordTable>
  )
}

function Nothing({ view, frame: { words } }: Props): JSX.Element {
  if (view.area === 'own')
    return <Empty title={words.text('manage.no_apps')} hint={words.text('manage.no_apps.hint')} />
  return view.search !== '' || view.status !== 'all' ? (
    <Empty title={words.text('manage.none_found')} hint={words.text('manage.none_found.hint')} />
  ) : (
    <Empty title={words.text('manage.none')} hint={words.text('manage.none.hint')} />
  )
}

/** Every client of one kind, or a person's own. */
export function Clients({ view, frame }: Props): JSX.Element {
  const { words, name } = frame
  const admin = view.area === 'admin'
  const title = words.text(admin ? 'manage.clients' : 'manage.apps')
  return (
    <ManagedLayout view={view} frame={frame} title={title} here="clients">
      <div class="top">
        <div class="lead">
          <h1>{title}</h1>
          <p class="hint">{words.text(admin ? 'manage.clients.intro' : 'manage.apps.intro', { name })}</p>
        </div>
        {view.mayCreate && (
          <a class="button small approve" href={`${view.paths.clients}/new`}>
            {words.text(admin ? 'manage.new' : 'manage.new_app')}
          </a>
        )}
      </div>
      {admin && (
        <>
          <Kinds view={view} frame={frame} />
          <p class="hint">{words.text(kinds[view.kind][1])}</p>
          <RegistrationSwitch view={view} frame={frame} />
          <Filter view={view} frame={frame} />
        </>
      )}
      {view.clients.length === 0 ? <Nothing view={view} frame={frame} /> : <Table view={view} frame={frame} />}
      {view.next !== null && (
        <a class="button small quiet more" href={listed(view, { after: view.next })}>
          {words.text('manage.next')}
        </a>
      )}
    </ManagedLayout>
  )
}
