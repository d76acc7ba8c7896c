import type { JSX } from 'preact'
import type { ManagedClientPageView } from '../../views/management.js'
import { clientName } from '../client.js'
import { Change, Confirmed, type ManagedProps } from './parts.js'

/** Switching a client off, on again, and deleting it. */
export function ClientEnd({ view, frame }: ManagedProps<ManagedClientPageView>): JSX.Element {
  const { words } = frame
  const what = clientName(view.client)
  const fields = { id: view.client.id }
  return (
    <section class="card" aria-labelledby="end">
      <h2 id="end">{words.text('manage.end')}</h2>
      <div class="row start">
        {view.client.disabledAt === null ? (
          <Confirmed
            view={view}
            frame={frame}
            action="disable"
            label={words.text('manage.disable')}
            hint={words.text('manage.disable.hint')}
            what={what}
            fields={fields}
          >
            {null}
          </Confirmed>
        ) : (
          <Change view={view} frame={frame} action="enable" fields={fields}>
            <button class="button small quiet" type="submit">
              {words.text('manage.enable')}
            </button>
          </Change>
        )}
        <Confirmed
          view={view}
          frame={frame}
          action="delete"
          label={words.text('manage.delete')}
          hint={words.text('manage.delete.hint')}
          what={what}
          fields={fields}
        >
          {null}
        </Confirmed>
      </div>
    </section>
  )
}
