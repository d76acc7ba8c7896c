import type { JSX } from 'preact'
import type { ConsentView, ScopeView } from '../views.js'
import { Icon } from './icons.js'
import type { ScopeNode, ScopeTree } from './scope-tree.js'
import type { Words } from './words.js'

const inWords = (scope: ScopeView): string => scope.description || scope.name

/** The widest of the scopes; what they bring along goes without saying. */
export function scopesInWords(scopes: readonly ScopeView[], words: Words): string {
  const widest = scopes.filter(
    ({ name }) => !scopes.some((other) => other.name !== name && other.implies.includes(name)),
  )
  return words.series((widest.length > 0 ? widest : scopes).map(inWords))
}

function Labels({ scope, node, words }: { scope: ScopeView; node: ScopeNode | null; words: Words }): JSX.Element {
  return (
    <span class="labels">
      {scope.sensitive && (
        <span class="sensitive">
          <Icon name="warning" />
          {words.text('consent.sensitive')}
        </span>
      )}
      {scope.required && <span>{words.text('consent.required')}</span>}
      {scope.already && <span>{words.text('consent.already')}</span>}
      {node !== null && node.includedIn.length > 0 && (
        <span>{words.text('consent.included_in', { scopes: scopesInWords(node.includedIn, words) })}</span>
      )}
    </span>
  )
}

/** What was ticked the last time; null on first sight, when everything is. */
type Ticked = Pick<NonNullable<ConsentView['last']>, 'scope'> | null

interface ScopeProps {
  readonly node: ScopeNode
  readonly words: Words
  readonly last: Ticked
  readonly path: string
  /** The person may give the read-only scopes alone. */
  readonly divisible: boolean
}

/**
 * While a scope is ticked, those below it are drawn as included, without a box of their own; the stylesheet sees to that.
 * Their boxes stay ticked, so that giving up the wider scope leaves the narrower ones to choose from.
 */
function Scope({ node, words, last, path, divisible }: ScopeProps): JSX.Element {
  const { scope, brings } = node
  const checked = last === null || scope.required || last.scope.includes(scope.name)
  return (
    <li class={divisible && !scope.readOnly ? 'scope more' : 'scope'}>
      <label class="choice" for={path}>
        <input type="checkbox" id={path} name="scope" value={scope.name} checked={checked} disabled={scope.required} />
        <Icon name="check" class="mark" />
        <span>
          {inWords(scope)}
          <Labels scope={scope} node={node} words={words} />
        </span>
      </label>
      {scope.required && <input type="hidden" name="scope" value={scope.name} />}
      {brings.length > 0 && (
        <div class="brings">
          <p class="caption" id={`${path}-brings`}>
            {words.text('consent.included')}
          </p>
          <ul aria-labelledby={`${path}-brings`}>
            {brings.map((child, index) => (
              <Scope
                key={child.scope.name}
                node={child}
                words={words}
                last={last}
                path={`${path}-${index}`}
                divisible={divisible}
              />
            ))}
          </ul>
        </div>
      )}
    </li>
  )
}

function Lacking({ scopes, words }: { scopes: readonly ScopeView[]; words: Words }): JSX.Element {
  return (
    <fieldset class="group" aria-describedby="lacking-hint">
      <legend>{words.text('consent.lacking')}</legend>
      <p class="hint" id="lacking-hint">
        {words.text('consent.lacking.hint')}
      </p>
      <ul class="choices">
        {scopes.map((scope, index) => (
          <li key={scope.name}>
            <label class="choice lacking" for={`lacking-${index}`}>
              <input type="checkbox" id={`lacking-${index}`} disabled aria-describedby="lacking-hint" />
              <span>
                {inWords(scope)}
                <Labels scope={scope} node={null} words={words} />
              </span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  )
}

/** A pair of buttons above the boxes. Whatever is ticked below, "read only" gives of it what changes nothing. */
function Access({ words, readOnly }: { words: Words; readOnly: boolean }): JSX.Element {
  const options = [
    { value: 'full', checked: !readOnly, text: 'consent.access.full', hint: 'consent.access.full.hint' },
    { value: 'read_only', checked: readOnly, text: 'consent.access.read_only', hint: 'consent.access.read_only.hint' },
  ] as const
  return (
    <fieldset class="access">
      <legend class="unseen">{words.text('consent.access')}</legend>
      {options.map(({ value, checked, text, hint }) => (
        <label key={value} class="choice" for={`access-${value}`}>
          <input type="radio" id={`access-${value}`} name="access" value={value} checked={checked} />
          <span>
            {words.text(text)}
            <span class="hint">{words.text(hint)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}

/** The trees under each heading, in the order in which the headings come. What has none comes first, lest it read as part of one. */
function grouped(tree: ScopeTree): readonly { readonly name: string | null; readonly nodes: readonly ScopeNode[] }[] {
  const names = new Set(tree.offered.map(({ scope }) => scope.group))
  return [...(names.delete(null) ? [null] : []), ...names].map((name) => ({
    name,
    nodes: tree.offered.filter(({ scope }) => scope.group === name),
  }))
}

interface ScopesProps {
  readonly tree: ScopeTree
  readonly words: Words
  readonly last: Ticked
  readonly hint?: string
  /** Whether "read only" is offered, and chosen. Left out: it is not offered. */
  readonly readOnly?: { readonly chosen: boolean } | null
}

/** What the client may do: every scope that the person can give, and below it those that they cannot. */
export function Scopes(props: ScopesProps): JSX.Element {
  const { tree, words, last, hint = words.text('consent.scopes.hint'), readOnly = null } = props
  const list = (nodes: readonly ScopeNode[], path: string) => (
    <ul class="choices">
      {nodes.map((node, index) => (
        <Scope
          key={node.scope.name}
          node={node}
          words={words}
          last={last}
          path={`${path}-${index}`}
          divisible={readOnly !== null}
        />
      ))}
    </ul>
  )
  return (
    <>
      <fieldset class="group" aria-describedby="scopes-hint">
        <legend>{words.text('consent.scopes')}</legend>
        <p class="hint" id="scopes-hint">
          {hint}
        </p>
        {readOnly !== null && <Access words={words} readOnly={readOnly.chosen} />}
        {grouped(tree).map(({ name, nodes }, index, { length }) =>
          name === null ? (
            list(nodes, length === 1 ? 'scope' : `scope-${index}`)
          ) : (
            <fieldset key={name} class="heading">
              <legend>{name}</legend>
              {list(nodes, `scope-${index}`)}
            </fieldset>
          ),
        )}
      </fieldset>
      {tree.lacking.length > 0 && <Lacking scopes={tree.lacking} words={words} />}
    </>
  )
}
