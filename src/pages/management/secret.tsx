import type { JSX } from 'preact'
import type { ClientSecretView } from '../../views/management.js'
import { clientName } from '../client.js'
import { visible } from '../plain.js'
import { clientLink, ManagedLayout, type ManagedProps } from './parts.js'

/** The only time a secret is shown. */
export function ClientSecret({ view, frame }: ManagedProps<ClientSecretView>): JSX.Element {
  const { words, name } = frame
  const { client, secret, overlapUntil } = view
  const title =
    secret === null
      ? words.text('manage.secret.title.public', { client: clientName(client) })
      : words.text('manage.secret.title')
  return (
    <ManagedLayout view={view} frame={frame} title={title} here="clients">
      <div class="card">
        <h1>{title}</h1>
        {secret !== null && <p>{words.text('manage.secret.hint', { name })}</p>}
        <dl class="facts stack">
          <dt>{words.text('manage.client')}</dt>
          <dd>
            <bdi>{clientName(client)}</bdi>
          </dd>
          <dt>{words.text('manage.id')}</dt>
          <dd>
            <code>{visible(client.id)}</code>
          </dd>
          {secret !== null && (
            <>
              <dt>{words.text('manage.secret.value')}</dt>
              <dd>
                <code class="secret">{secret}</code>
              </dd>
            </>
          )}
        </dl>
        {overlapUntil !== null && (
          <p class="hint">{words.text('manage.secret.overlap', { date: words.moment(overlapUntil) })}</p>
        )}
        <a class="button approve" href={clientLink(view, client.id)}>
          {words.text(secret === null ? 'manage.secret.done.public' : 'manage.secret.done')}
        </a>
      </div>
    </ManagedLayout>
  )
}
