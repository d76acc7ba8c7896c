import type { JSX } from 'preact'
import type { ClientView, ConnectedAppsView, GrantView } from '../views.js'
import { ClientAvatar, clientName, Standing, Website } from './client.js'
import { ConnectionName, changePath, connectionName, Disconnect, Facts, listPath } from './connection.js'
import { Icon } from './icons.js'
import { type Frame, Layout, Person } from './layout.js'
import type { Words } from './words.js'

interface AppsProps {
  readonly view: ConnectedAppsView
  readonly frame: Frame
}

interface App {
  readonly client: ClientView
  readonly grants: readonly GrantView[]
}

/**
 * One app for each client, the latest first; in it, connections of one name beside each other. Grants come in the order of their ids,
 * which says nothing to a person.
 */
function appsOf({ grants: listed, projectLabel }: ConnectedAppsView, words: Words): App[] {
  const grants = [...listed].sort((one, other) => other.authorisedAt - one.authorisedAt)
  const name = (grant: GrantView) => connectionName({ grant, projectLabel, words })
  return [...new Map(grants.map(({ client }) => [client.id, client])).values()].map((client) => ({
    client,
    grants: grants
      .filter((grant) => grant.client.id === client.id)
      .sort((one, other) => words.compare(name(one), name(other))),
  }))
}

function Grant({ grant, view, frame }: AppsProps & { grant: GrantView }): JSX.Element {
  const { words } = frame
  const { projectLabel, now, csrf } = view
  const what = `${clientName(grant.client)}, ${connectionName({ grant, projectLabel, words })}`
  return (
    <li class="grant" id={grant.id}>
      <div class="about">
        <h3>
          <ConnectionName grant={grant} projectLabel={projectLabel} words={words} />
        </h3>
        <Facts grant={grant} projectLabel={projectLabel} now={now} words={words} />
      </div>
      <div class="acts">
        {grant.narrowable && (
          <a class="button small quiet" href={changePath(frame, grant)}>
            {words.text('apps.change')}
            <span class="unseen">: {what}</span>
          </a>
        )}
        <Disconnect
          csrf={csrf}
          to={listPath(frame)}
          label={words.text('apps.disconnect')}
          what={what}
          hint={words.text('apps.disconnect.hint')}
          field={['grant', grant.id]}
          action="revoke"
        />
      </div>
    </li>
  )
}

function App({ app: { client, grants }, view, frame }: AppsProps & { app: App }): JSX.Element {
  const { words, name } = frame
  // More of the same app may be on another page.
  const several = grants.length > 1 || view.next !== null || view.continued
  return (
    <li class="card app">
      <div class="who">
        <ClientAvatar client={client} />
        <div>
          <h2>
            <bdi>{clientName(client)}</bdi>
          </h2>
          <Standing client={client} words={words} name={name} bare />
          <Website client={client} />
        </div>
      </div>
      <ul>
        {grants.map((grant) => (
          <Grant key={grant.id} grant={grant} view={view} frame={frame} />
        ))}
      </ul>
      {several && (
        <div class="all">
          <Disconnect
            csrf={view.csrf}
            to={listPath(frame)}
            label={words.text('apps.disconnect_all')}
            what={clientName(client)}
            hint={words.text('apps.disconnect_all.hint')}
            field={['client', client.id]}
            action="revoke_client"
          />
        </div>
      )}
    </li>
  )
}

function Everything({ view, frame }: AppsProps): JSX.Element {
  const { words } = frame
  return (
    <section class="everything" aria-labelledby="everything">
      <div>
        <h2 id="everything">{words.text('apps.everything')}</h2>
        <p class="hint">{words.text('apps.everything.hint')}</p>
      </div>
      <Disconnect
        csrf={view.csrf}
        to={listPath(frame)}
        label={words.text('apps.disconnect_everything')}
        what={null}
        hint={words.text('apps.disconnect_everything.hint')}
        field={null}
        action="revoke_all"
      />
    </section>
  )
}

function None({ view, frame: { words, name } }: AppsProps): JSX.Element {
  return (
    <div class="card empty">
      <Icon name="plug" />
      <h2>{words.text(view.continued ? 'apps.none.more' : 'apps.none')}</h2>
      {!view.continued && <p class="hint">{words.text('apps.none.hint', { name })}</p>}
    </div>
  )
}

function Elsewhere({ view, frame }: AppsProps): JSX.Element | null {
  const { words } = frame
  if (view.next === null && !view.continued) return null
  return (
    <nav class="pages" aria-label={words.text('apps.pages')}>
      {view.continued && (
        <a class="button small quiet" href={listPath(frame)}>
          {words.text('apps.first')}
        </a>
      )}
      {view.next !== null && (
        <a class="button small quiet" href={`?after=${encodeURIComponent(view.next)}`} rel="next">
          {words.text('apps.next')}
        </a>
      )}
    </nav>
  )
}

/** What a person let in, and how to take it back. */
export function ConnectedApps({ view, frame }: AppsProps): JSX.Element {
  const { words, name } = frame
  const title = words.text('apps.title')
  const apps = appsOf(view, words)
  const several = apps.length > 1 || view.next !== null || view.continued
  return (
    <Layout frame={frame} title={title} wide>
      <div class="lead">
        <h1>{title}</h1>
        {apps.length > 0 && <p>{words.text('apps.intro', { name })}</p>}
        <Person name={view.person.name} words={words} />
      </div>
      <div class="apps">
        {apps.length === 0 ? (
          <None view={view} frame={frame} />
        ) : (
          <ul class="apps">
            {apps.map((app) => (
              <App key={app.client.id} app={app} view={view} frame={frame} />
            ))}
          </ul>
        )}
        <Elsewhere view={view} frame={frame} />
        {several && <Everything view={view} frame={frame} />}
      </div>
    </Layout>
  )
}
