import type { ComponentChildren, JSX } from 'preact'
import { clientName, Warnings } from './client.js'
import { Choices, Decision, type Lack, lackInWords, lackOf, Problem } from './consent-choices.js'
import { Approver, type ConsentProps, Destination, Who } from './consent-parties.js'
import { Layout } from './layout.js'

function Form({ view, frame, children }: ConsentProps & { children: ComponentChildren }): JSX.Element {
  return (
    <form method="post" action={frame.setting.action}>
      <input type="hidden" name="id" value={view.id} />
      <input type="hidden" name="csrf" value={view.csrf} />
      {children}
    </form>
  )
}

/** For somebody who has nothing to give: says so, and offers the way back. */
function Impossible({ view, frame, lack }: ConsentProps & { lack: Lack }): JSX.Element {
  const { words } = frame
  const client = clientName(view.client)
  const title = words.text(lack === 'project' ? 'consent.no_project' : 'consent.no_scope')
  return (
    <Layout frame={frame} title={title}>
      <div class="card">
        <Who view={view} frame={frame} title={title} />
        <Approver view={view} frame={frame} />
        <p>{lackInWords(lack, { view, frame })}</p>
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
  const lack = lackOf(view)
  if (lack !== null) return <Impossible view={view} frame={frame} lack={lack} />
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
        <Warnings
          client={view.client}
          words={words}
          name={name}
          warnings={view.warnings}
          redirectHost={view.redirectHost}
        />
        <Approver view={view} frame={frame} />
        <Destination view={view} frame={frame} />
        <Form view={view} frame={frame}>
          <Choices view={view} frame={frame} />
          <Decision frame={frame} />
          <p class="hint foot">{words.text('consent.revoke')}</p>
        </Form>
      </div>
    </Layout>
  )
}
