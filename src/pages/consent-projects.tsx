import type { JSX } from 'preact'
import type { ConsentView, ProjectView, ScopeView } from '../views.js'
import { scopesInWords } from './consent-scopes.js'
import { capitalised } from './plain.js'
import type { Words } from './words.js'

type ProjectsView = NonNullable<ConsentView['projects']>

/** From here on the list scrolls in a box of its own. */
const many = 8

/** Those that the person has anything to give in. */
export const selectable = (projects: ProjectsView): readonly ProjectView[] =>
  projects.options.filter(({ scope }) => scope.length > 0)

function chosenIn(projects: ProjectsView, last: ConsentView['last']): ReadonlySet<string> {
  if (last !== null) return new Set(last.projects === 'all' ? [] : last.projects)
  const options = selectable(projects)
  return new Set(options.length === 1 ? options.map(({ id }) => id) : projects.chosen)
}

/** What the person lacks here, though they hold it elsewhere. */
function remark(project: ProjectView, held: readonly ScopeView[], words: Words): string | null {
  const here = held.filter(({ name }) => project.scope.includes(name))
  if (project.scope.length === 0) return words.text('consent.project.nothing')
  return here.length < held.length ? words.text('consent.project.partly', { scopes: scopesInWords(here, words) }) : null
}

interface ProjectsProps {
  readonly projects: ProjectsView
  readonly scopes: readonly ScopeView[]
  readonly last: ConsentView['last']
  readonly words: Words
}

function Option({ project, index, props }: { project: ProjectView; index: number; props: ProjectsProps }): JSX.Element {
  const { projects, scopes, last, words } = props
  const single = projects.choose === 'one'
  const nothing = project.scope.length === 0
  const held = scopes.filter((scope) => scope.held)
  const text = remark(project, held, words)
  return (
    <li>
      <label class={nothing ? 'choice lacking' : 'choice'} for={`project-${index}`}>
        <input
          type={single ? 'radio' : 'checkbox'}
          id={`project-${index}`}
          name="project"
          value={project.id}
          checked={!nothing && chosenIn(projects, last).has(project.id)}
          disabled={nothing}
          required={single && !nothing}
        />
        <span>
          <span>
            <bdi>{project.name}</bdi>
          </span>
          {text !== null && <span class="hint">{text}</span>}
        </span>
      </label>
    </li>
  )
}

function Options(props: ProjectsProps): JSX.Element {
  const { options } = props.projects
  return (
    <ul class={options.length > many ? 'choices each long' : 'choices each'}>
      {options.map((project, index) => (
        <Option key={project.id} project={project} index={index} props={props} />
      ))}
    </ul>
  )
}

/** "All" is never chosen beforehand: it reaches what does not exist yet. */
function Reach(props: ProjectsProps): JSX.Element {
  const { words } = props
  return (
    <ul class="choices">
      <li>
        <label class="choice" for="projects-all">
          <input type="radio" id="projects-all" name="projects" value="all" />
          <span>{words.text('consent.projects.all')}</span>
        </label>
      </li>
      <li>
        <label class="choice" for="projects-selected">
          <input type="radio" id="projects-selected" name="projects" value="selected" checked />
          <span>{words.text('consent.projects.selected')}</span>
        </label>
        <Options {...props} />
      </li>
    </ul>
  )
}

/** Where the client may work. */
export function Projects(props: ProjectsProps): JSX.Element {
  const { projects, words } = props
  if (projects.choose === 'all')
    return (
      <fieldset class="group">
        <legend>{capitalised(projects.label)}</legend>
        <Reach {...props} />
      </fieldset>
    )
  return (
    <fieldset class="group" aria-describedby="projects-hint">
      <legend>{capitalised(projects.label)}</legend>
      <p class="hint" id="projects-hint">
        {words.text(projects.choose === 'one' ? 'consent.projects.one' : 'consent.projects.many')}
      </p>
      <Options {...props} />
    </fieldset>
  )
}
