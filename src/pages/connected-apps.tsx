import type { JSX } from 'preact'
import type { ClientView, ConnectedAppsView, GrantView } from '../views.js'
import { ClientAvatar, clientName, Standing, Website } from './client.js'
import { Icon } from './icons.js'
import { type Frame, Layout, Person } from './layout.js'
import { capitalised } from './plain.js'
import type { Words } from './words.js'

interface AppsProps {
  readonly view: ConnectedAppsView
  readonly frame: Frame
}

interface App {
  readonly client: ClientView
  readonly grants: readonly GrantView[]
}

/** One app for each client, the latest first. Grants come in the order of their ids, which says nothing to a person. */
function appsOf(listed: readonly GrantView[]): App[] {
  const grants = [...listed].sort((one, other) => other.authorisedAt - one.authorisedAt)
  return [...new Map(grants.map(({ client }) => [client.id, client])).values()].map((client) => ({
    client,
    grants: grants.filter((grant) => grant.client.id === client.id),
  }))
}

const Day = ({ at, words }: { at: number; words: Words }): JSX.Element => (
  <time datetime={new Date(at * 1000).toISOString()}>{words.date(at)}</time>
)

interface DisconnectProps extends AppsProps {
  readonly label: string
  /** What is disconnected, for those who do not see what the button stands beside. */
  readonly what: string
  readonly hint: string
  readonly field: readonly [name: 'grant' | 'client', value: string]
  readonly action: 'revoke' | 'revoke_client'
}

/** Asks once more before it acts, without a script: what is disconnected has to be connected again by hand. */
function Disconnect({ view, frame, label, what, hint, field, action }: DisconnectProps): JSX.Element {
  const [name, value] = field
  const spoken = (
    <>
      {label}
      <span class="unseen">: {what}</span>
    </>
  )
  return (
    <details class="confirm">
      <summary class="button small quiet">{spoken}</summary>
      <form method="post" action={frame.setting.action}>
        <input type="hidden" name="csrf" value={view.csrf} />
        <input type="hidden" name={name} value={value} />
        <p class="hint">{hint}</p>
        <button class="button small danger" type="submit" name="action" value={action}>
          {spoken}
        </button>
      </form>
    </details>
  )
}

function projectNames(grant: GrantView, words: Words): string {
  return grant.projects === 'all'
    ? words.text('apps.projects.all')
    : words.list(grant.projects.map((project) => project.name))
}

function Ends({ grant, words }: { grant: GrantView; words: Words }): JSX.Element {
  const date = <Day at={grant.expiresAt} words={words} />
  return <dd>{grant.keepAlive ? words.rich('apps.expires.keep_alive', { date }) : date}</dd>
}

function Facts({ grant, view, words }: { grant: GrantView; view: ConnectedAppsView; words: Words }): JSX.Element {
  return (
    <dl class="facts stack">
      {view.projectLabel !== null && (
        <>
          <dt>{capitalised(view.projectLabel)}</dt>
          <dd>
            <bdi>{projectNames(grant, words)}</bdi>
          </dd>
        </>
      )}
      <dt>{words.text('apps.permissions')}</dt>
      <dd>
        <ul class="ticked">
          {grant.scopes.map((scope) => (
            <li key={scope.name}>
              <Icon name="check" />
              <span>{scope.description || scope.name}</span>
            </li>
          ))}
        </ul>
      </dd>
      <dt>{words.text('apps.authorised')}</dt>
      <dd>
        <Day at={grant.authorisedAt} words={words} />
      </dd>
      <dt>{words.text('apps.used')}</dt>
      <dd>{grant.lastUsedAt === null ? words.text('apps.unused') : <Day at={grant.lastUsedAt} words={words} />}</dd>
      <dt>{words.text('apps.expires')}</dt>
      <Ends grant={grant} words={words} />
    </dl>
  )
}

function Grant({ grant, view, frame }: AppsProps & { grant: GrantView }): JSX.Element {
  const { words } = frame
  const name = clientName(grant.client)
  const where = view.projectLabel === null ? words.date(grant.authorisedAt) : projectNames(grant, words)
  return (
    <li class="grant">
      <Facts grant={grant} view={view} words={words} />
      <Disconnect
        view={view}
        frame={frame}
        label={words.text('apps.disconnect')}
        what={`${name}, ${where}`}
        hint={words.text('apps.disconnect.hint')}
        field={['grant', grant.id]}
        action="revoke"
      />
    </li>
  )
}

function App({ app: { client, grants }, view, frame }: AppsProps & { app: App }): JSX.Element {
  const { words, name } = frame
  // More of the same app may be on the next page.
  const several = grants.length > 1 || view.next !== null
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
            view={view}
            frame={frame}
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

function None({ frame: { words, name } }: { frame: Frame }): JSX.Element {
  return (
    <div class="card empty">
      <Icon name="plug" />
      <h2>{words.text('apps.none')}</h2>
      <p class="hint">{words.text('apps.none.hint', { name })}</p>
    </div>
  )
}

/** What a person let in, and how to take it back. */
export function ConnectedApps({ view, frame }: AppsProps): JSX.Element {
  const { words, name } = frame
  const title = words.text('apps.title')
  return (
    <Layout frame={frame} title={title} wide>
      <div class="lead">
        <h1>{title}</h1>
        {view.grants.length > 0 && <p>{words.text('apps.intro', { name })}</p>}
        <Person name={view.person.name} words={words} />
      </div>
      <div class="apps">
        {view.grants.length === 0 ? (
          <None frame={frame} />
        ) : (
          <ul class="apps">
            {appsOf(view.grants).map((app) => (
              <App key={app.client.id} app={app} view={view} frame={frame} />
            ))}
          </ul>
        )}
        {view.next !== null && (
          <a class="button small quiet more" href={`?after=${encodeURIComponent(view.next)}`} rel="next">
            {words.text('apps.next')}
          </a>
        )}
      </div>
    </Layout>
  )
}
