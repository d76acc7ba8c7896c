import type { JSX } from 'preact'
import type { ClientFormView } from '../../views/management.js'
import type { Words } from '../words.js'

/** The most a client may ask for: anything, or what is ticked. Without a script the ticks only count with the second. */
export function FormScopes({ view, words }: { view: ClientFormView; words: Words }): JSX.Element {
  const { scope } = view.values
  const ceiling = (value: 'any' | 'chosen', checked: boolean, label: string) => (
    <li>
      <label class="choice">
        <input type="radio" name="ceiling" value={value} checked={checked} />
        <span>{label}</span>
      </label>
    </li>
  )
  return (
    <fieldset class="group ceiling">
      <legend>{words.text('manage.form.scope')}</legend>
      <ul class="choices">
        {ceiling('any', scope === null, words.text('manage.form.scope.any'))}
        {ceiling('chosen', scope !== null, words.text('manage.form.scope.chosen'))}
        {view.scopes.map(({ name, description, sensitive }) => (
          <li key={name} class="each">
            <label class="choice inner">
              <input type="checkbox" name="scope" value={name} checked={scope?.includes(name) ?? false} />
              <span>
                {description}
                <span class="labels">
                  <code>{name}</code>
                  {sensitive && <span class="sensitive">{words.text('consent.sensitive')}</span>}
                </span>
              </span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  )
}
