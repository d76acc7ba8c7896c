import type { ComponentChildren, JSX } from 'preact'
import type { ConsentView } from '../views.js'
import { ClientAvatar, clientName, Standing, Website } from './client.js'
import { Projects, selectable } from './consent-projects.js'
import { Scopes } from './consent-scopes.js'
import { Icon } from './icons.js'
import { Avatar, type Frame, Layout, Person } from './layout.js'
import { visible } from './plain.js'
import { scopeTree } from './scope-tree.js'

interface ConsentProps {
  readonly view: ConsentView
  readonly frame: Frame
}

function Who({ view, frame, title }: ConsentProps & { title: ComponentChildren }): JSX.Element {
  const { words, name, logo } = frame
  return (
    <div class="intro">
      <div class="pair" aria-hidden="true">
        <ClientAvatar client={view.client} big />
        <i />
        <Avatar name={name} image={logo} big />
      </div>
      <h1>{title}</h1>
      <Standing client={view.client} words={words} name={name} />
      <Website client={view.client} />
    </div>
  )
}

function Problem({ problem, frame: { words } }: { problem: ConsentView['problem']; frame: Frame }): JSX.Element | null {
  if (problem === null) return null
  const text = {
    scope_missing: 'consent.problem.scope_missing',
    project_missing: 'consent.problem.project_missing',
  } as const
  return (
    <div class="note alert" role="alert">
      <Icon name="warning" />
      <div>
        <p>{words.text('consent.problem')}</p>
        <p>{words.text(text[problem])}</p>
      </div>
    </div>
  )
}

/** The one thing on this page that the client cannot make up. Shown whole: a host is known by its end. */
function Destination({ view, frame: { words, name } }: ConsentProps): JSX.Element {
  const host = (
    <b>
      <bdi>{visible(view.redirectHost)}</bdi>
    </b>
  )
  if (view.loopback)
    return (
      <div class="note warning">
        <Icon name="device" />
        <div>
          <p>{words.text('consent.loopback')}</p>
          <p class="hint">{words.rich('consent.loopback.hint', { name, host })}</p>
        </div>
      </div>
    )
  return (
    <div class="note">
      <Icon name="out" />
      <div>
        <p>{words.rich('consent.destination', { host })}</p>
        <p class="hint">
          {words.text(view.client.verified ? 'consent.destination.verified' : 'consent.destination.unverified')}
        </p>
      </div>
    </div>
  )
}

function Resources({ view, frame: { words } }: ConsentProps): JSX.Element | null {
  if (view.resources.length === 0) return null
  return (
    <dl class="facts">
      <dt>{words.text('consent.resources')}</dt>
      <dd>{words.list(view.resources)}</dd>
    </dl>
  )
}

function KeepAlive({ view, frame: { words } }: ConsentProps): JSX.Element | null {
  if (!view.keepAlive) return null
  return (
    <ul class="choices">
      <li>
        <label class="choice" for="keep-alive">
          <input
            type="checkbox"
            id="keep-alive"
            name="keep_alive"
            value="1"
            checked={view.last?.keepAlive ?? true}
            aria-describedby="keep-alive-hint"
          />
          <span>
            {words.text('consent.keep_alive')}
            <span class="hint" id="keep-alive-hint">
              {words.text('consent.keep_alive.hint')}
            </span>
          </span>
        </label>
      </li>
    </ul>
  )
}

function Form({ view, frame, children }: ConsentProps & { children: ComponentChildren }): JSX.Element {
  return (
    <form method="post" action={frame.setting.action}>
      <input type="hidden" name="id" value={view.id} />
      <input type="hidden" name="csrf" value={view.csrf} />
      {children}
    </form>
  )
}

/** The Enter key presses the first button of a form: that has to be the one that gives nothing away. */
function Decision({ frame: { words } }: { frame: Frame }): JSX.Element {
  return (
    <div class="decision">
      <button class="button" type="submit" name="decision" value="deny" formnovalidate>
        {words.text('consent.deny')}
      </button>
      <button class="button approve" type="submit" name="decision" value="approve">
        {words.text('consent.approve')}
      </button>
    </div>
  )
}

/** For somebody who has nothing to give: says so, and offers the way back. */
function Impossible({ view, frame, lack }: ConsentProps & { lack: 'project' | 'scope' }): JSX.Element {
  const { words, name } = frame
  const client = clientName(view.client)
  const title = words.text(lack === 'project' ? 'consent.no_project' : 'consent.no_scope')
  return (
    <Layout frame={frame} title={title}>
      <div class="card">
        <Who view={view} frame={frame} title={title} />
        <Person name={view.person.name} words={words} />
        <p>
          {lack === 'project'
            ? words.text('consent.no_project.hint', { client, name, label: view.projects?.label ?? '' })
            : words.text('consent.no_scope.hint', { client, name })}
        </p>
        <Form view={view} frame={frame}>
          <button class="button" type="submit" name="decision" value="deny">
            {words.text('consent.back', { client })}
          </button>
        </Form>
      </div>
    </Layout>
  )
}

/** The decision: who asks, for what, on whose behalf, and where the answer goes. */
export function Consent({ view, frame }: ConsentProps): JSX.Element {
  const { words, name } = frame
  const tree = scopeTree(view.scopes)
  if (view.projects?.options.length === 0) return <Impossible view={view} frame={frame} lack="project" />
  const nothing = tree.offered.length === 0 || (view.projects !== null && selectable(view.projects).length === 0)
  if (nothing) return <Impossible view={view} frame={frame} lack="scope" />
  const client = clientName(view.client)
  return (
    <Layout frame={frame} title={words.text('consent.title', { client, name })}>
      <div class="card">
        <Problem problem={view.problem} frame={frame} />
        <Who
          view={view}
          frame={frame}
          title={words.rich('consent.title', { client: <bdi key="client">{client}</bdi>, name })}
        />
        <Person name={view.person.name} words={words} />
        <Destination view={view} frame={frame} />
        <Form view={view} frame={frame}>
          {view.projects !== null && (
            <Projects projects={view.projects} scopes={view.scopes} last={view.last} words={words} />
          )}
          <Scopes tree={tree} words={words} last={view.last} />
          <Resources view={view} frame={frame} />
          <KeepAlive view={view} frame={frame} />
          <Decision frame={frame} />
          <p class="hint foot">{words.text('consent.revoke')}</p>
        </Form>
      </div>
    </Layout>
  )
}
