import type { JSX } from 'preact'
import type { ManagedClientPageView } from '../../views/management.js'
import { ClientAvatar, clientName, Standing } from '../client.js'
import { Icon } from '../icons.js'
import { visible } from '../plain.js'
import { UsageChart } from '../usage-chart.js'
import { ClientEnd } from './client-end.js'
import { ClientGrants } from './client-grants.js'
import { ClientSecrets } from './client-secrets.js'
import { Day, DayOrNever, link, ManagedLayout, type ManagedProps } from './parts.js'

type Props = ManagedProps<ManagedClientPageView>

function Top({ view, frame: { words, name } }: Props): JSX.Element {
  const { client } = view
  return (
    <div class="top">
      <div class="who bare">
        <ClientAvatar client={client} big />
        <div>
          <h1>
            <bdi>{clientName(client)}</bdi>
          </h1>
          <Standing client={client} words={words} name={name} bare />
        </div>
      </div>
      {view.mayEdit && (
        <a class="button small quiet" href={link(`${view.paths.clients}/edit`, { id: client.id })}>
          {words.text('manage.edit')}
        </a>
      )}
    </div>
  )
}

function Disabled({ view, frame: { words } }: Props): JSX.Element | null {
  const { disabledAt } = view.client
  if (disabledAt === null) return null
  return (
    <div class="note warning">
      <Icon name="warning" />
      <p>{words.rich('manage.disabled.since', { date: <Day key="date" at={disabledAt} words={words} /> })}</p>
    </div>
  )
}

function Origin({ view, frame: { words } }: Props): JSX.Element {
  const { client, trusted, projects } = view
  return (
    <>
      <dt>{words.text('manage.created')}</dt>
      <dd>
        <Day at={client.createdAt} words={words} />
      </dd>
      <dt>{words.text('manage.used')}</dt>
      <dd>
        <DayOrNever at={client.lastUsedAt} words={words} />
      </dd>
      {client.owner !== null && view.area === 'admin' && (
        <>
          <dt>{words.text('manage.owner')}</dt>
          <dd>
            <code>{visible(client.owner)}</code>
          </dd>
        </>
      )}
      {(client.account !== null || view.area === 'admin') && (
        <>
          <dt>{words.text('manage.account')}</dt>
          <dd>{client.account === null ? words.text('manage.account.any') : <code>{visible(client.account)}</code>}</dd>
        </>
      )}
      {projects !== null && (
        <>
          <dt>{words.text('manage.projects')}</dt>
          <dd>
            <code>{words.list(projects.map(visible))}</code>
          </dd>
        </>
      )}
      {trusted && (
        <>
          <dt />
          <dd>
            <span class="tag">{words.text('manage.trusted')}</span>
          </dd>
        </>
      )}
    </>
  )
}

function Scopes({ view, frame: { words } }: Props): JSX.Element {
  if (view.scopes === null) return <dd>{words.text('manage.scopes.all')}</dd>
  return (
    <dd>
      <ul class="lines">
        {view.scopes.map(({ name, description }) => (
          <li key={name}>
            {description} <code>{name}</code>
          </li>
        ))}
      </ul>
    </dd>
  )
}

function Details({ view, frame }: Props): JSX.Element {
  const { words } = frame
  const { client, redirectUris } = view
  return (
    <section class="card" aria-labelledby="details">
      <h2 id="details">{words.text('manage.details')}</h2>
      <dl class="facts stack">
        <dt>{words.text('manage.id')}</dt>
        <dd>
          <code>{visible(client.id)}</code>
        </dd>
        {client.description !== '' && (
          <>
            <dt>{words.text('manage.description')}</dt>
            <dd>
              <bdi>{client.description}</bdi>
            </dd>
          </>
        )}
        <dt>{words.text('manage.type')}</dt>
        <dd>{words.text(client.confidential ? 'manage.confidential' : 'manage.public')}</dd>
        <dt>{words.text('manage.redirect_uris')}</dt>
        <dd>
          {redirectUris.length === 0 ? (
            words.text('manage.redirect_uris.none')
          ) : (
            <ul class="lines">
              {redirectUris.map((uri) => (
                <li key={uri}>
                  <code>{visible(uri)}</code>
                </li>
              ))}
            </ul>
          )}
        </dd>
        <dt>{words.text('manage.scopes')}</dt>
        <Scopes view={view} frame={frame} />
        <Origin view={view} frame={frame} />
      </dl>
    </section>
  )
}

/** One client, whole: what it is, what it may, who uses it and how much, and everything that can be done to it. */
export function Client({ view, frame }: Props): JSX.Element {
  const { words } = frame
  return (
    <ManagedLayout view={view} frame={frame} title={clientName(view.client)} here="clients">
      <p>
        <a
          href={
            view.area === 'admin' ? link(view.paths.clients, { kind: view.client.registration }) : view.paths.clients
          }
        >
          {words.text(view.area === 'admin' ? 'manage.clients' : 'manage.apps')}
        </a>
      </p>
      <Top view={view} frame={frame} />
      <Disabled view={view} frame={frame} />
      <Details view={view} frame={frame} />
      {view.mayEdit && <ClientSecrets view={view} frame={frame} />}
      <section class="card" aria-labelledby="usage">
        <h2 id="usage">{words.text('manage.usage')}</h2>
        <UsageChart usage={view.usage} days={view.days} words={words} />
      </section>
      <ClientGrants view={view} frame={frame} />
      <ClientEnd view={view} frame={frame} />
    </ManagedLayout>
  )
}
