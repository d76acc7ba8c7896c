import type { ConsentView } from 'grantor'
import style from './consent.module.css'

const problems: Readonly<Record<string, string>> = {
  scope_missing: 'Tick at least one permission, or deny the request.',
  project_missing: 'Choose a notebook, or deny the request.',
}

/** A host of its own choosing is the one thing on this page that an app cannot make up. */
function Destination({ view }: { readonly view: ConsentView }) {
  return (
    <p>
      {view.loopback ? 'Your answer goes to a program on this device: ' : 'Your answer goes to '}
      <strong>{view.redirectHost}</strong>
      {!view.client.verified && '. Anybody can give an app this name: approve only if you know this address.'}
    </p>
  )
}

/** What is not held is shown and cannot be given; what is required is given with the rest. */
function Scopes({ scopes }: Pick<ConsentView, 'scopes'>) {
  return (
    <fieldset>
      <legend>What it may do</legend>
      {scopes.map(({ name, description, required, held, already }) => (
        <label key={name}>
          <input type="checkbox" name="scope" value={name} defaultChecked={held} disabled={!held || required} />
          {description}
          {required && <small>Needed by this app</small>}
          {already && <small>Already allowed</small>}
          {!held && <small>You are not allowed to do this yourself</small>}
          {held && required && <input type="hidden" name="scope" value={name} />}
        </label>
      ))}
    </fieldset>
  )
}

function Notebooks({ projects }: { readonly projects: NonNullable<ConsentView['projects']> }) {
  return (
    <fieldset>
      <legend>In which {projects.label}</legend>
      {projects.options.map(({ id, name, scope }) => (
        <label key={id}>
          <input
            type="radio"
            name="project"
            value={id}
            required
            defaultChecked={projects.chosen.includes(id)}
            disabled={scope.length === 0}
          />
          {name}
        </label>
      ))}
    </fieldset>
  )
}

/** A form that needs no script. What it posts is a choice and no more: the request it belongs to is kept by the provider. */
export function Decision({
  view,
  problem = '',
}: {
  readonly view: ConsentView
  readonly problem?: string | undefined
}) {
  return (
    <main className={style.card}>
      <h1>{view.client.name} wants access to Notebook</h1>
      <p>Signed in as {view.person.name}</p>
      <Destination view={view} />
      {problem in problems && <p role="alert">{problems[problem]}</p>}
      <form method="post" action="/consent/decision">
        <input type="hidden" name="id" value={view.id} />
        <input type="hidden" name="csrf" value={view.csrf} />
        {view.projects && <Notebooks projects={view.projects} />}
        <Scopes scopes={view.scopes} />
        {view.keepAlive && (
          <label>
            <input type="checkbox" name="keep_alive" value="1" defaultChecked />
            Keep it connected while I am away
          </label>
        )}
        <label className={style.name}>
          Name this connection <input name="label" placeholder="Work laptop" maxLength={80} />
        </label>
        <p className={style.answer}>
          <button type="submit" name="decision" value="deny" formNoValidate>
            Deny
          </button>
          <button type="submit" name="decision" value="approve">
            Approve
          </button>
        </p>
      </form>
    </main>
  )
}
