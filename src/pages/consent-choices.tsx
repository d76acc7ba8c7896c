import type { JSX } from 'preact'
import { limits } from '../protocol/limits.js'
import type { ChoiceView } from '../views.js'
import { clientName } from './client.js'
import { type ChoiceProps, Resources } from './consent-parties.js'
import { isLong, Projects, selectable } from './consent-projects.js'
import { Scopes } from './consent-scopes.js'
import { Icon } from './icons.js'
import type { Frame } from './layout.js'
import { scopeTree } from './scope-tree.js'
import { filterScript } from './scripts.js'

/** What a person chooses when they let a client in, on whichever page. */

export function Problem({
  problem,
  frame: { words },
}: {
  problem: ChoiceView['problem']
  frame: Frame
}): JSX.Element | null {
  if (problem === null) return null
  const text = {
    scope_missing: words.text('consent.problem.scope_missing'),
    project_missing: words.text('consent.problem.project_missing'),
    project_too_many: words.text('consent.problem.project_too_many', { most: String(limits.chosenProjects) }),
    read_only: words.text('consent.problem.read_only'),
  }
  return (
    <div class="note alert" role="alert">
      <Icon name="warning" />
      <div>
        <p>{words.text('consent.problem')}</p>
        <p>{text[problem]}</p>
      </div>
    </div>
  )
}

function KeepAlive({ view, frame: { words } }: ChoiceProps): JSX.Element | null {
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

/** So that a person knows this connection again among others of the same app. */
function Label({ view, frame: { words } }: ChoiceProps): JSX.Element {
  return (
    <div class="field">
      <label for="label">{words.text('consent.label')}</label>
      <input
        class="text"
        type="text"
        id="label"
        name="label"
        value={view.last?.label ?? ''}
        maxlength={limits.labelLength}
        autocomplete="off"
        aria-describedby="label-hint"
      />
      <p class="hint" id="label-hint">
        {words.text('consent.label.hint')}
      </p>
    </div>
  )
}

/** The Enter key presses the first button of a form. Nobody decides by leaving a field: it shows the page again, as it is. */
function Enter({ frame: { words } }: { frame: Frame }): JSX.Element {
  return (
    <button class="unseen" type="submit" name="look" value="1" tabindex={-1} formnovalidate>
      {words.text('consent.again')}
    </button>
  )
}

export function Decision({ frame: { words } }: { frame: Frame }): JSX.Element {
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

/** Whether there is no project in which the person has anything to give. One that is not on the page may be it. */
const givesNothing = (projects: ChoiceView['projects']): boolean =>
  projects !== null && projects.options.length === projects.list.total && selectable(projects).length === 0

/** What somebody lacks who has nothing to give. */
export type Lack = 'project' | 'scope'

/** Null: there is something to give. */
export function lackOf({ scopes, projects }: ChoiceView): Lack | null {
  if (projects?.list.total === 0) return 'project'
  return scopeTree(scopes).offered.length === 0 || givesNothing(projects) ? 'scope' : null
}

export function lackInWords(lack: Lack, { view, frame: { words, name } }: ChoiceProps): string {
  const client = clientName(view.client)
  return lack === 'project'
    ? words.text('consent.no_project.hint', { client, name, label: view.projects?.label ?? '' })
    : words.text('consent.no_scope.hint', { client, name })
}

/** Everything to choose from, to stand in a form. */
export function Choices({ view, frame }: ChoiceProps): JSX.Element {
  const { words } = frame
  const { projects, scopes, last } = view
  return (
    <>
      <Enter frame={frame} />
      {projects !== null && <Projects projects={projects} scopes={scopes} last={last} words={words} />}
      <Scopes
        tree={scopeTree(scopes)}
        words={words}
        last={last}
        readOnly={view.readOnly ? { chosen: last?.readOnly ?? false } : null}
      />
      <Resources view={view} frame={frame} />
      <KeepAlive view={view} frame={frame} />
      <Label view={view} frame={frame} />
      {isLong(projects) && <script nonce={frame.setting.nonce}>{filterScript}</script>}
    </>
  )
}
