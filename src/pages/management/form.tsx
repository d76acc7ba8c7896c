import type { ComponentChildren, JSX } from 'preact'
import type { ClientFormProblem, ClientFormView } from '../../views/management.js'
import { Icon } from '../icons.js'
import { capitalised } from '../plain.js'
import type { Words } from '../words.js'
import { GrantTypes, Kind } from './form-kind.js'
import { FormScopes } from './form-scopes.js'
import { Change, clientLink, ManagedLayout, type ManagedProps } from './parts.js'

type Props = ManagedProps<ClientFormView>

const known = {
  'client.name_missing': 'manage.form.name_missing',
  'client.grant_types_missing': 'manage.form.grants_missing',
  'client.name_taken': 'manage.form.name_taken',
  'client.version': 'manage.form.conflict',
  'registration.quota': 'manage.form.quota',
} as const

function inWords({ reason, line, description }: ClientFormProblem, words: Words): string {
  const key = known[reason as keyof typeof known]
  const problem = key === undefined ? capitalised(description) : words.text(key)
  return line === null ? problem : words.text('manage.form.line', { line: String(line), problem })
}

function Problems({ view, frame: { words } }: Props): JSX.Element | null {
  if (view.problems.length === 0) return null
  return (
    <div class="note alert" role="alert">
      <Icon name="warning" />
      <div>
        <p>{words.text('manage.form.problem')}</p>
        <ul>
          {view.problems.map((problem) => (
            <li key={`${problem.field}-${problem.line}`}>{inWords(problem, words)}</li>
          ))}
        </ul>
      </div>
    </div>
  )
}

interface FieldProps {
  readonly view: ClientFormView
  readonly name: ClientFormProblem['field']
  readonly label: string
  readonly hint: string
  readonly children: (marks: {
    readonly id: string
    readonly name: string
    readonly 'aria-describedby': string
    readonly 'aria-invalid': 'true' | undefined
  }) => ComponentChildren
}

/** A labelled field that says by itself when something is wrong with it. */
function Field({ view, name, label, hint, children }: FieldProps): JSX.Element {
  const wrong = view.problems.some(({ field }) => field === name)
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {children({ id: name, name, 'aria-describedby': `${name}-hint`, 'aria-invalid': wrong ? 'true' : undefined })}
      <p class="hint" id={`${name}-hint`}>
        {hint}
      </p>
    </div>
  )
}

/** What only an administrator decides. */
function Reserved({ view, frame: { words } }: Props): JSX.Element | null {
  if (view.area !== 'admin') return null
  const { account, projects, trusted } = view.values
  return (
    <>
      {view.id === null && (
        <Field
          view={view}
          name="account"
          label={words.text('manage.form.account')}
          hint={words.text('manage.form.account.hint')}
        >
          {(marks) => <input {...marks} type="text" value={account} maxlength={200} autocomplete="off" />}
        </Field>
      )}
      <Field
        view={view}
        name="projects"
        label={words.text('manage.form.projects')}
        hint={words.text('manage.form.projects.hint')}
      >
        {(marks) => (
          <textarea {...marks} rows={2} spellcheck={false}>
            {projects}
          </textarea>
        )}
      </Field>
      <ul class="choices">
        <li>
          <label class="choice">
            <input type="checkbox" name="trusted" value="1" checked={trusted} />
            <span>
              {words.text('manage.form.trusted')}
              <span class="hint">{words.text('manage.form.trusted.hint')}</span>
            </span>
          </label>
        </li>
      </ul>
    </>
  )
}

function titleOf({ id, area, values }: ClientFormView, words: Words): string {
  if (id !== null) return words.text('manage.form.edit', { client: values.name })
  return words.text(area === 'admin' ? 'manage.form.new' : 'manage.form.new_app')
}

/** Registering a client, or editing one. */
export function ClientForm({ view, frame }: Props): JSX.Element {
  const { words } = frame
  const { id, values, version } = view
  const title = titleOf(view, words)
  const fields = { version: String(version), ...(id !== null && { id }) }
  return (
    <ManagedLayout view={view} frame={frame} title={title} here="clients">
      <div class="card">
        <h1>{title}</h1>
        <Problems view={view} frame={frame} />
        <Change view={view} frame={frame} action={id === null ? 'create' : 'edit'} fields={fields}>
          <Field
            view={view}
            name="name"
            label={words.text('manage.form.name')}
            hint={words.text('manage.form.name.hint')}
          >
            {(marks) => (
              <input {...marks} type="text" value={values.name} maxlength={200} required autocomplete="off" />
            )}
          </Field>
          <Field
            view={view}
            name="description"
            label={words.text('manage.form.description')}
            hint={words.text('manage.form.description.hint')}
          >
            {(marks) => (
              <textarea {...marks} rows={2} maxlength={1000}>
                {values.description}
              </textarea>
            )}
          </Field>
          <Field
            view={view}
            name="redirect_uris"
            label={words.text('manage.form.redirect_uris')}
            hint={words.text('manage.form.redirect_uris.hint')}
          >
            {(marks) => (
              <textarea {...marks} rows={4} spellcheck={false} class="code">
                {values.redirectUris}
              </textarea>
            )}
          </Field>
          <Kind view={view} frame={frame} />
          <GrantTypes view={view} frame={frame} />
          <FormScopes view={view} words={words} />
          <Reserved view={view} frame={frame} />
          <div class="decision">
            <a class="button quiet" href={id === null ? view.paths.clients : clientLink(view, id)}>
              {words.text('manage.form.cancel')}
            </a>
            <button class="button approve" type="submit">
              {words.text(id === null ? 'manage.form.create' : 'manage.form.save')}
            </button>
          </div>
        </Change>
      </div>
    </ManagedLayout>
  )
}
