import type { JSX } from 'preact'
import type { ManagedClientPageView, ManagedGrantView } from '../../views/management.js'
import { clientName } from '../client.js'
import { visible } from '../plain.js'
import { Confirmed, Day, DayOrNever, link, type ManagedProps } from './parts.js'

type Props = ManagedProps<ManagedClientPageView>

const whoOf = ({ subject, label }: ManagedGrantView, itself: string) =>
  `${subject === null ? itself : visible(subject)}${label === null ? '' : ` · ${visible(label)}`}`

function Grant({ grant, view, frame }: Props & { grant: ManagedGrantView }): JSX.Element {
  const { words } = frame
  const who = whoOf(grant, words.text('manage.grant.itself'))
  const projects =
    grant.projects === 'all' ? words.text('manage.grant.projects.all') : words.list(grant.projects.map(visible))
  return (
    <tr>
      <th scope="row">
        <bdi>{who}</bdi>
        {projects !== '' && <span class="hint">{projects}</span>}
      </th>
      <td data-label={words.text('manage.grant.scope')}>
        <code>{grant.scope.join(' ')}</code>
      </td>
      <td data-label={words.text('manage.created')}>
        <Day at={grant.createdAt} words={words} />
      </td>
      <td data-label={words.text('manage.used')}>
        <DayOrNever at={grant.lastUsedAt} words={words} />
      </td>
      <td class="act">
        <Confirmed
          view={view}
          frame={frame}
          action="revoke"
          label={words.text('manage.grant.revoke')}
          hint={words.text('manage.grant.revoke.hint')}
          what={who}
          fields={{ id: view.client.id, grant: grant.id }}
        >
          {null}
        </Confirmed>
      </td>
    </tr>
  )
}

/** Who has connected the client, and what each of them allowed it. */
export function ClientGrants({ view, frame }: Props): JSX.Element {
  const { words } = frame
  const { client, grants, next } = view
  return (
    <section class="card" aria-labelledby="grants">
      <div class="top">
        <h2 id="grants">{words.text('manage.grants')}</h2>
        {grants.length > 0 && (
          <Confirmed
            view={view}
            frame={frame}
            action="revoke_all"
            label={words.text('manage.revoke_all')}
            hint={words.text('manage.revoke_all.hint')}
            what={clientName(client)}
            fields={{ id: client.id }}
          >
            {null}
          </Confirmed>
        )}
      </div>
      {grants.length === 0 && <p class="hint">{words.text('manage.grants.none')}</p>}
      {grants.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{words.text('manage.grant.subject')}</th>
              <th scope="col">{words.text('manage.grant.scope')}</th>
              <th scope="col">{words.text('manage.created')}</th>
              <th scope="col">{words.text('manage.used')}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {grants.map((grant) => (
              <Grant key={grant.id} grant={grant} view={view} frame={frame} />
            ))}
          </tbody>
        </table>
      )}
      {next !== null && (
        <a class="button small quiet more" href={link(`${view.paths.clients}/client`, { id: client.id, after: next })}>
          {words.text('manage.next')}
        </a>
      )}
    </section>
  )
}
