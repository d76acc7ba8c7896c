import type { JSX } from 'preact'
import type { ManagedClientPageView, SecretView } from '../../views/management.js'
import { clientName } from '../client.js'
import type { Words } from '../words.js'
import { Confirmed, Day, type ManagedProps } from './parts.js'

type Props = ManagedProps<ManagedClientPageView>

function Secret({ secret, words }: { secret: SecretView; words: Words }): JSX.Element {
  const day = (at: number) => <Day key={at} at={at} words={words} />
  return (
    <li>
      {words.rich('manage.secret.created', { date: day(secret.createdAt) })}
      {secret.expiresAt !== null && (
        <> · {words.rich('manage.secret.expires', { date: <b>{words.moment(secret.expiresAt)}</b> })}</>
      )}
      <p class="hint">
        {secret.lastUsedAt === null
          ? words.text('manage.secret.unused')
          : words.rich('manage.secret.used', { date: day(secret.lastUsedAt) })}
      </p>
    </li>
  )
}

/** Seconds as people say them: "1 hour", "7 days". */
function duration(seconds: number, { language }: Words): string {
  const [unit, size] = seconds % 86_400 === 0 ? (['day', 86_400] as const) : (['hour', 3_600] as const)
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(seconds / size)
}

function Rotate({ view, frame }: Props): JSX.Element {
  const { words } = frame
  return (
    <Confirmed
      view={view}
      frame={frame}
      action="rotate"
      label={words.text('manage.rotate')}
      confirm={words.text('manage.rotate.confirm')}
      hint={words.text('manage.rotate.hint')}
      what={clientName(view.client)}
      fields={{ id: view.client.id, version: String(view.version) }}
      grave={false}
    >
      <label class="field">
        <span>{words.text('manage.rotate.overlap')}</span>
        <select name="overlap">
          {view.overlaps.map((seconds) => (
            <option key={seconds} value={seconds}>
              {seconds === 0
                ? words.text('manage.rotate.at_once')
                : words.text('manage.rotate.after', { time: duration(seconds, words) })}
            </option>
          ))}
        </select>
      </label>
    </Confirmed>
  )
}

export function ClientSecrets({ view, frame }: Props): JSX.Element {
  const { words } = frame
  const { secrets, client } = view
  return (
    <section class="card" aria-labelledby="secrets">
      <div class="top">
        <h2 id="secrets">{words.text(secrets.length > 1 ? 'manage.secrets.many' : 'manage.secrets')}</h2>
        {client.confidential && <Rotate view={view} frame={frame} />}
      </div>
      {client.confidential ? (
        <ul class="lines">
          {secrets.map((secret) => (
            <Secret key={secret.createdAt} secret={secret} words={words} />
          ))}
        </ul>
      ) : (
        <p class="hint">{words.text('manage.secrets.none')}</p>
      )}
    </section>
  )
}
