import type { JSX } from 'preact'
import { limits } from '../protocol/limits.js'
import type { ConsentView, ProjectListView, ProjectsView, ProjectView, ScopeView } from '../views.js'
import { scopesInWords } from './consent-scopes.js'
import { capitalised } from './plain.js'
import type { Words } from './words.js'

type Chosen = Pick<NonNullable<ConsentView['last']>, 'projects'> | null

/** From here on the list scrolls in a box of its own, and can be searched. */
const many = 8

export const isLong = (projects: ConsentView['projects']): boolean => projects !== null && projects.list.total > many

/** Those that the person has anything to give in, among those that are on the page. */
export const selectable = (projects: ProjectsView): readonly ProjectView[] =>
  projects.options.filter(({ scope }) => scope.length > 0)

function chosenIn(projects: ProjectsView, last: Chosen): ReadonlySet<string> {
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
  readonly projects: ProjectsView & { readonly list?: ProjectListView }
  readonly scopes: readonly ScopeView[]
  readonly last: Chosen
  readonly words: Words
}

interface OptionProps extends ProjectsProps {
  readonly project: ProjectView
  readonly id: string
  readonly checked: boolean
}

function Option({ project, id, checked, projects, scopes, words }: OptionProps): JSX.Element {
  const single = projects.choose === 'one'
  const nothing = project.scope.length === 0
  const held = scopes.filter((scope) => scope.held)
  const text = remark(project, held, words)
  return (
    <li>
      <label class={nothing ? 'choice lacking' : 'choice'} for={id}>
        <input
          type={single ? 'radio' : 'checkbox'}
          id={id}
          name="project"
          value={project.id}
          checked={!nothing && checked}
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

interface ListProps {
  readonly list: ProjectListView
  readonly words: Words
}

/** Sent as the decision is, so that what was chosen so far comes along. With a script the list follows what is typed. */
function Search({ list, words }: ListProps): JSX.Element {
  return (
    <div class="search">
      <label class="unseen" for="project-search">
        {words.text('consent.search.label')}
      </label>
      <input
        class="text"
        type="search"
        id="project-search"
        name="search"
        value={list.search}
        placeholder={words.text('consent.search.label')}
        maxlength={limits.searchLength}
        autocomplete="off"
        spellcheck={false}
      />
      <button class="button small quiet" type="submit" name="look" value="1" formnovalidate>
        {words.text('consent.search')}
      </button>
      <output
        class="unseen"
        for="project-search"
        id="project-count"
        data-text={words.text('consent.search.shown', { count: '#' })}
      />
    </div>
  )
}

function Pager({ list: { page, pages }, words }: ListProps): JSX.Element {
  const to = (number: number, text: string) => (
    <button
      class="button small quiet"
      type="submit"
      name="look"
      value={number}
      disabled={number < 1 || number > pages}
      formnovalidate
    >
      {text}
    </button>
  )
  return (
    <nav class="pager" aria-label={words.text('consent.pages')}>
      <input type="hidden" name="page" value={page} />
      {to(page - 1, words.text('consent.pages.previous'))}
      <span class="hint">{words.text('consent.pages.here', { page: String(page), pages: String(pages) })}</span>
      {to(page + 1, words.text('consent.pages.next'))}
    </nav>
  )
}

/** What was chosen on another page of the list comes first: it counts, and can be taken back. */
function Kept(props: ProjectsProps & ListProps): JSX.Element {
  const { list, words } = props
  return (
    <div class="kept">
      <p class="hint" id="projects-kept">
        {words.text('consent.kept')}
      </p>
      <ul class={list.kept.length > many ? 'choices long' : 'choices'} aria-labelledby="projects-kept">
        {list.kept.map((project, index) => (
          <Option key={project.id} {...props} project={project} id={`kept-${index}`} checked />
        ))}
      </ul>
    </div>
  )
}

function Options(props: ProjectsProps): JSX.Element {
  const { projects, last, words } = props
  const { options, list } = projects
  const chosen = chosenIn(projects, last)
  return (
    <div class="each">
      {list && list.total > many && <Search list={list} words={words} />}
      {list && list.kept.length > 0 && <Kept {...props} list={list} />}
      {list && list.found === 0 && <p class="hint">{words.text('consent.search.none', { search: list.search })}</p>}
      {options.length > 0 && (
        <ul class={options.length > many ? 'choices long' : 'choices'} id="project-list">
          {options.map((project, index) => (
            <Option
              key={project.id}
              {...props}
              project={project}
              id={`project-${index}`}
              checked={chosen.has(project.id)}
            />
          ))}
        </ul>
      )}
      {list && list.pages > 1 && <Pager list={list} words={words} />}
    </div>
  )
}

/** "All" is never chosen beforehand, since it reaches what does not exist yet: only by whoever has chosen it before. */
function Reach(props: ProjectsProps): JSX.Element {
  const { words, last } = props
  const all = last?.projects === 'all'
  return (
    <ul class="choices">
      <li>
        <label class="choice" for="projects-all">
          <input type="radio" id="projects-all" name="projects" value="all" checked={all} />
          <span>{words.text('consent.projects.all')}</span>
        </label>
      </li>
      <li>
        <label class="choice" for="projects-selected">
          <input type="radio" id="projects-selected" name="projects" value="selected" checked={!all} />
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
