import type { ComponentChildren, JSX } from 'preact'
import type { ClientsView } from '../../views/management.js'
import { type Frame, Layout } from '../layout.js'
import type { Words } from '../words.js'
import { managementSheet } from './sheet.js'

/** What every page of this kind is made of. */

export type Managed = Pick<ClientsView, 'area' | 'person' | 'csrf' | 'paths'>

export interface ManagedProps<View extends Managed> {
  readonly view: View
  readonly frame: Frame
}

export const Day = ({ at, words }: { at: number; words: Words }): JSX.Element => (
  <time datetime={new Date(at * 1000).toISOString()}>{words.date(at)}</time>
)

export const DayOrNever = ({ at, words }: { at: number | null; words: Words }): JSX.Element =>
  at === null ? <span>{words.text('manage.unused')}</span> : <Day at={at} words={words} />

/** A link within these pages: members that are empty are left out of it. */
export function link(path: string, members: Readonly<Record<string, string | null>>): string {
  const entries = Object.entries(members).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '')
  return entries.length === 0 ? path : `${path}?${new URLSearchParams(entries).toString()}`
}

export const clientLink = ({ paths }: Managed, id: string): string => link(`${paths.clients}/client`, { id })

function Areas({ view, frame, here }: ManagedProps<Managed> & { here: 'clients' | 'audit' }): JSX.Element | null {
  const { words } = frame
  if (view.paths.audit === null) return null
  const tabs = [
    { name: 'clients', href: view.paths.clients, text: words.text('manage.clients') },
    { name: 'audit', href: view.paths.audit, text: words.text('manage.audit') },
  ] as const
  return (
    <nav class="areas" aria-label={words.text('manage.areas')}>
      {tabs.map(({ name, href, text }) => (
        <a key={name} href={href} aria-current={name === here ? 'page' : undefined}>
          {text}
        </a>
      ))}
    </nav>
  )
}

/** A table, one row for each record; on a narrow window every cell carries the name of its column. */
export const RecordTable = ({
  columns,
  children,
}: {
  columns: readonly string[]
  children: ComponentChildren
}): JSX.Element => (
  <div class="card sheet">
    <table>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
)

interface FrameProps extends ManagedProps<Managed> {
  readonly title: string
  readonly here: 'clients' | 'audit'
  readonly children: ComponentChildren
}

export const ManagedLayout = ({ view, frame, title, here, children }: FrameProps): JSX.Element => (
  <Layout frame={frame} title={title} wide sheet={managementSheet}>
    <Areas view={view} frame={frame} here={here} />
    <div class="desk">{children}</div>
  </Layout>
)

interface ChangeProps extends ManagedProps<Managed> {
  /** What the button does, on the wire. */
  readonly action: string
  readonly fields?: Readonly<Record<string, string>>
  readonly children: ComponentChildren
}

/** A form of this page: where it goes, what it does, and the proof that it came from here. */
export const Change = ({ view, frame, action, fields = {}, children }: ChangeProps): JSX.Element => (
  <form method="post" action={frame.setting.action}>
    <input type="hidden" name="csrf" value={view.csrf} />
    <input type="hidden" name="action" value={action} />
    {Object.entries(fields).map(([name, value]) => (
      <input key={name} type="hidden" name={name} value={value} />
    ))}
    {children}
  </form>
)

interface ConfirmedProps extends ChangeProps {
  readonly label: string
  readonly hint: string
  /** What it is done to, for those who do not see what the button stands beside. */
  readonly what: string
  /** The button that does it, where that is not said as the one that asks. */
  readonly confirm?: string
  readonly grave?: boolean
}

/** Asks once more before it acts, without a script. */
export function Confirmed({ label, hint, what, confirm = label, grave = true, children, ...change }: ConfirmedProps) {
  const unseen = <span class="unseen">: {what}</span>
  return (
    <details class="confirm">
      <summary class="button small quiet">
        {label}
        {unseen}
      </summary>
      <Change {...change}>
        <p class="hint">{hint}</p>
        {children}
        <button class={`button small ${grave ? 'danger' : 'approve'}`} type="submit">
          {confirm}
          {unseen}
        </button>
      </Change>
    </details>
  )
}

export const Empty = ({ title, hint }: { title: string; hint: string }): JSX.Element => (
  <div class="card empty">
    <h2>{title}</h2>
    <p class="hint">{hint}</p>
  </div>
)
