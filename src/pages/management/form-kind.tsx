import type { JSX } from 'preact'
import type { ClientFormView } from '../../views/management.js'
import type { ManagedProps } from './parts.js'

type Props = ManagedProps<ClientFormView>

/** Whether a client can keep a secret, which decides how it proves who it is. */
export function Kind({ view, frame: { words } }: Props): JSX.Element {
  const choice = (value: 'confidential' | 'public', checked: boolean, label: string, hint: string) => (
    <li>
      <label class="choice">
        <input type="radio" name="kind" value={value} checked={checked} />
        <span>
          {label}
          <span class="hint">{hint}</span>
        </span>
      </label>
    </li>
  )
  const { confidential } = view.values
  return (
    <fieldset class="group">
      <legend>{words.text('manage.form.kind')}</legend>
      <ul class="choices">
        {choice(
          'confidential',
          confidential,
          words.text('manage.form.confidential'),
          words.text('manage.form.confidential.hint'),
        )}
        {choice('public', !confidential, words.text('manage.form.public'), words.text('manage.form.public.hint'))}
      </ul>
    </fieldset>
  )
}

const ways = {
  authorization_code: ['manage.form.grant.code', 'manage.form.grant.code.hint'],
  'urn:ietf:params:oauth:grant-type:device_code': ['manage.form.grant.device', 'manage.form.grant.device.hint'],
  client_credentials: ['manage.form.grant.itself', 'manage.form.grant.itself.hint'],
} as const

/** How the client gets its tokens. A way that has no words here goes by its name. */
export function GrantTypes({ view, frame: { words } }: Props): JSX.Element {
  return (
    <fieldset class="group">
      <legend>{words.text('manage.form.grants')}</legend>
      <ul class="choices">
        {view.grantTypes.map((type) => {
          const [label, hint] = ways[type as keyof typeof ways] ?? []
          return (
            <li key={type}>
              <label class="choice">
                <input type="checkbox" name="grant_type" value={type} checked={view.values.grantTypes.includes(type)} />
                <span>
                  {label === undefined ? type : words.text(label)}
                  {hint !== undefined && <span class="hint">{words.text(hint)}</span>}
                </span>
              </label>
            </li>
          )
        })}
      </ul>
    </fieldset>
  )
}
