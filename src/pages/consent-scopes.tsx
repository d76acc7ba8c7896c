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
      {node !== null && node.includedIn.length > 0 && (
        <span>{words.text('consent.included_in', { scopes: scopesInWords(node.includedIn, words) })}</span>
      )}
    </span>
  )
}

interface ScopeProps {
  readonly node: ScopeNode
  readonly words: Words
  readonly last: ConsentView['last']
  readonly path: string
}

/**
 * While a scope is ticked, those below it are drawn as included, without a box of their own; the stylesheet sees to that.
 * Their boxes stay ticked, so that giving up the wider scope leaves the narrower ones to choose from.
 */
function Scope({ node, words, last, path }: ScopeProps): JSX.Element {
  const { scope, brings } = node
  const checked = last === null || scope.required || last.scope.includes(scope.name)
  return (
    <li class="scope">
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
              <Scope key={child.scope.name} node={child} words={words} last={last} path={`${path}-${index}`} />
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

/** What the client may do: every scope that the person can give, and below it those that they cannot. */
export function Scopes(props: { tree: ScopeTree; words: Words; last: ConsentView['last'] }): JSX.Element {
  const { tree, words, last } = props
  return (
    <>
      <fieldset class="group" aria-describedby="scopes-hint">
        <legend>{words.text('consent.scopes')}</legend>
        <p class="hint" id="scopes-hint">
          {words.text('consent.scopes.hint')}
        </p>
        <ul class="choices">
          {tree.offered.map((node, index) => (
            <Scope key={node.scope.name} node={node} words={words} last={last} path={`scope-${index}`} />
          ))}
        </ul>
      </fieldset>
      {tree.lacking.length > 0 && <Lacking scopes={tree.lacking} words={words} />}
    </>
  )
}
