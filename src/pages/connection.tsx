import { Fragment, type JSX } from 'preact'
import type { GrantView } from '../views.js'
import { readAgent } from './agent.js'
import { Icon } from './icons.js'
import type { Frame } from './layout.js'
import { capitalised, plain } from './plain.js'
import type { Words } from './words.js'

/** One connection as every page about it shows it. */
export interface ConnectionProps {
  readonly grant: GrantView
  readonly projectLabel: string | null
  /** When the page was made, in Unix seconds. */
  readonly now: number
  readonly words: Words
}

/** From here on a day says too little, in seconds. */
const near = 172_800

const Time = ({ at, now, words }: { at: number } & Pick<ConnectionProps, 'now' | 'words'>): JSX.Element => (
  <time datetime={new Date(at * 1000).toISOString()}>
    {Math.abs(at - now) < near ? words.moment(at) : words.date(at)}
  </time>
)

function projectNames(grant: GrantView, words: Words): string {
  return grant.projects === 'all'
    ? words.text('apps.projects.all')
    : words.list(grant.projects.map((project) => project.name))
}

type Named = Pick<ConnectionProps, 'grant' | 'projectLabel' | 'words'>

/** What tells a connection from the others of its app: what the person called it, or else where it works, or since when. */
export function connectionName({ grant, projectLabel, words }: Named): string {
  const label = plain(grant.label ?? '')
  if (label !== '') return label
  return projectLabel === null ? words.date(grant.authorisedAt) : projectNames(grant, words)
}

export function ConnectionName(props: Named): JSX.Element {
  const { grant, projectLabel, words } = props
  const kind = projectLabel === null ? words.text('apps.authorised') : capitalised(projectLabel)
  return (
    <>
      {plain(grant.label ?? '') === '' && <span class="kind">{kind} </span>}
      <bdi>{connectionName(props)}</bdi>
    </>
  )
}

type Origin = Pick<NonNullable<GrantView['lastUse']>, 'address' | 'agent'>

/** With what and from where, as far as anybody knows: the one is the app's own word, the other the host's. */
export function Whence({ use, words }: { use: Origin; words: Words }): JSX.Element | null {
  const { program = '', system = null } = use.agent === null ? {} : readAgent(use.agent)
  const by = program !== '' && system !== null ? words.text('page.agent', { program, system }) : program
  const parts = [by, plain(use.address ?? '')].filter((part) => part !== '')
  if (parts.length === 0) return null
  return (
    <span class="hint whence">
      {parts.map((part, index) => (
        <Fragment key={part}>
          {index > 0 && ' · '}
          <bdi>{part}</bdi>
        </Fragment>
      ))}
    </span>
  )
}

function LastUse({ grant, now, words }: ConnectionProps): JSX.Element {
  const { lastUse } = grant
  if (lastUse === null) return <dd>{words.text('apps.unused')}</dd>
  return (
    <dd>
      <Time at={lastUse.at} now={now} words={words} />
      <Whence use={lastUse} words={words} />
    </dd>
  )
}

function Ends({ grant, now, words }: ConnectionProps): JSX.Element {
  const { idleUntil, expiresAt } = grant
  const date = <Time at={expiresAt} now={now} words={words} />
  if (!grant.keepAlive) return <dd>{date}</dd>
  const idle = idleUntil !== null && <Time at={idleUntil} now={now} words={words} />
  return (
    <dd>
      {idle === false ? words.rich('apps.expires.latest', { date }) : words.rich('apps.expires.idle', { idle, date })}
    </dd>
  )
}

/** Where it works; not said again when the name of the connection says it. */
function Where({ grant, projectLabel, words }: ConnectionProps): JSX.Element | null {
  if (projectLabel === null || plain(grant.label ?? '') === '') return null
  return (
    <>
      <dt>{capitalised(projectLabel)}</dt>
      <dd>
        <bdi>{projectNames(grant, words)}</bdi>
      </dd>
    </>
  )
}

function Scopes({ grant, words }: Pick<ConnectionProps, 'grant' | 'words'>): JSX.Element {
  return (
    <>
      <dt>{words.text('apps.permissions')}</dt>
      <dd>
        <ul class="ticked">
          {grant.scopes.map((scope) => (
            <li key={scope.name}>
              <Icon name="check" />
              <span>{scope.description || scope.name}</span>
            </li>
          ))}
        </ul>
      </dd>
    </>
  )
}

/** Everything that is known of a connection. `brief`: without what the page lets people change anyway. */
export function Facts({ brief = false, ...props }: ConnectionProps & { brief?: boolean }): JSX.Element {
  const { grant, now, words } = props
  return (
    <dl class="facts stack">
      <Where {...props} />
      {!brief && <Scopes grant={grant} words={words} />}
      <dt>{words.text('apps.authorised')}</dt>
      <dd>
        <Time at={grant.authorisedAt} now={now} words={words} />
      </dd>
      <dt>{words.text('apps.used')}</dt>
      <LastUse {...props} />
      <dt>{words.text('apps.keep_alive')}</dt>
      <dd>{words.text(grant.keepAlive ? 'apps.keep_alive.on' : 'apps.keep_alive.off')}</dd>
      <dt>{words.text('apps.expires')}</dt>
      <Ends {...props} />
    </dl>
  )
}

interface DisconnectProps {
  readonly csrf: string
  /** Where the form goes. */
  readonly to: string
  readonly label: string
  /** What is disconnected, for those who do not see what the button stands beside. */
  readonly what: string | null
  readonly hint: string
  readonly field: readonly [name: 'grant' | 'client', value: string] | null
  readonly action: 'revoke' | 'revoke_client' | 'revoke_all'
}

/** Asks once more before it acts, without a script: what is disconnected has to be connected again by hand. */
export function Disconnect({ csrf, to, label, what, hint, field, action }: DisconnectProps): JSX.Element {
  const spoken = (
    <>
      {label}
      {what !== null && <span class="unseen">: {what}</span>}
    </>
  )
  return (
    <details class="confirm">
      <summary class="button small quiet">{spoken}</summary>
      <form method="post" action={to}>
        <input type="hidden" name="csrf" value={csrf} />
        {field !== null && <input type="hidden" name={field[0]} value={field[1]} />}
        <p class="hint">{hint}</p>
        <button class="button small danger" type="submit" name="action" value={action}>
          {spoken}
        </button>
      </form>
    </details>
  )
}

/** The address of the page that lists all connections, from the page's own. */
export const listPath = ({ setting }: Frame): string => setting.action.replace(/(?:\/change)?\/?$/, '')

export const changePath = (frame: Frame, grant: GrantView): string =>
  `${listPath(frame)}/change?grant=${encodeURIComponent(grant.id)}`
