import type { JSX } from 'preact'
import type { ConnectedAppView } from '../views.js'
import { ClientAvatar, clientName, Standing, Website } from './client.js'
import { ConnectionName, connectionName, Disconnect, Facts, listPath } from './connection.js'
import { Projects } from './consent-projects.js'
import { Scopes, scopesInWords } from './consent-scopes.js'
import { Icon } from './icons.js'
import { type Frame, Layout, Person } from './layout.js'
import { scopeTree } from './scope-tree.js'

interface AppProps {
  readonly view: ConnectedAppView
  readonly frame: Frame
}

const requiredOf = ({ scopes }: ConnectedAppView) => scopes.filter(({ required }) => required)

function Problem({ view, frame: { words } }: AppProps): JSX.Element | null {
  if (view.problem === null) return null
  const scopes = scopesInWords(requiredOf(view), words)
  return (
    <div class="note alert" role="alert">
      <Icon name="warning" />
      <div>
        <p>{words.text('apps.change.problem')}</p>
        <p>
          {view.problem === 'nothing_left'
            ? words.text('apps.change.problem.nothing_left')
            : words.text('apps.change.required', { scopes })}
        </p>
      </div>
    </div>
  )
}

/** What is ticked: what was left in the last attempt, or else everything there is. */
function ticked({ grant, last }: ConnectedAppView): ConnectedAppView['last'] {
  if (last !== null || grant.projects !== 'all') return last
  return { scope: grant.scopes.map(({ name }) => name), projects: 'all' }
}

function Form({ view, frame }: AppProps): JSX.Element {
  const { words, setting } = frame
  const { scopes, projects, last } = view
  const required = requiredOf(view)
  return (
    <form method="post" action={setting.action}>
      <input type="hidden" name="csrf" value={view.csrf} />
      <input type="hidden" name="grant" value={view.grant.id} />
      {projects !== null && <Projects projects={projects} scopes={scopes} last={ticked(view)} words={words} />}
      <Scopes tree={scopeTree(scopes)} words={words} last={last} hint={words.text('apps.change.hint')} />
      {required.length > 0 && (
        <p class="hint">{words.text('apps.change.required', { scopes: scopesInWords(required, words) })}</p>
      )}
      <div class="decision">
        <a class="button quiet" href={listPath(frame)}>
          {words.text('apps.change.cancel')}
        </a>
        <button class="button approve" type="submit">
          {words.text('apps.change.save')}
        </button>
      </div>
      <p class="hint foot">{words.text('apps.change.more')}</p>
    </form>
  )
}

/** One connection, and what can be taken away from it without ending it. */
export function ConnectedApp({ view, frame }: AppProps): JSX.Element {
  const { words, name } = frame
  const { grant, projectLabel, now } = view
  const client = clientName(grant.client)
  const named = { grant, projectLabel, words }
  return (
    <Layout frame={frame} title={words.text('apps.change.title', { client })}>
      <div class="card">
        <Problem view={view} frame={frame} />
        <div class="who plain">
          <ClientAvatar client={grant.client} />
          <div>
            <h1>{words.rich('apps.change.title', { client: <bdi key="client">{client}</bdi> })}</h1>
            <Standing client={grant.client} words={words} name={name} bare />
            <Website client={grant.client} />
          </div>
        </div>
        <Person name={view.person.name} words={words} />
        <section class="group" aria-labelledby="connection">
          <h2 id="connection">
            <ConnectionName {...named} />
          </h2>
          <Facts {...named} now={now} brief />
        </section>
        {grant.narrowable && <Form view={view} frame={frame} />}
        <div class="rest">
          <Disconnect
            csrf={view.csrf}
            to={listPath(frame)}
            label={words.text('apps.disconnect')}
            what={`${client}, ${connectionName(named)}`}
            hint={words.text('apps.disconnect.hint')}
            field={['grant', grant.id]}
            action="revoke"
          />
        </div>
      </div>
    </Layout>
  )
}
