import type { ComponentChildren, JSX } from 'preact'
import type { DeviceView } from '../views.js'
import { clientName, Warnings } from './client.js'
import { Whence } from './connection.js'
import { Choices, Decision, lackInWords, lackOf, Problem } from './consent-choices.js'
import { Who } from './consent-parties.js'
import { Icon } from './icons.js'
import { type Frame, Layout, Person } from './layout.js'

interface DeviceProps {
  readonly view: DeviceView
  readonly frame: Frame
}

/** What the person compares with the device in front of them: nothing else ties this page to it. */
function Compare({ view, frame: { words } }: DeviceProps): JSX.Element {
  return (
    <div class="compare">
      <p id="compare">{words.text('device.compare')}</p>
      <p class="usercode" dir="ltr" aria-describedby="compare">
        {view.code}
      </p>
    </div>
  )
}

/** What the host saw of the device, which is little: an address, and what it calls itself. */
function Asked({ view: { from }, frame: { words } }: DeviceProps): JSX.Element | null {
  if (from.address === null && from.agent === null) return null
  return (
    <dl class="facts">
      <dt>{words.text('device.asked')}</dt>
      <dd>
        <Whence use={from} words={words} />
        {from.near !== null && <span class="hint">{words.text(from.near ? 'device.near' : 'device.far')}</span>}
      </dd>
    </dl>
  )
}

/** Whoever has sent somebody a code cannot be told from a device by anything but this. */
function Question({ frame: { words, name } }: { frame: Frame }): JSX.Element {
  return (
    <div class="note warning">
      <Icon name="device" />
      <div>
        <p>{words.text('device.yours')}</p>
        <p class="hint">{words.text('device.yours.hint', { name })}</p>
      </div>
    </div>
  )
}

function Form({ view, frame, children }: DeviceProps & { children: ComponentChildren }): JSX.Element {
  return (
    <form method="post" action={frame.setting.action}>
      <input type="hidden" name="user_code" value={view.code} />
      <input type="hidden" name="csrf" value={view.csrf} />
      {children}
    </form>
  )
}

/** Somebody who has nothing to give can at least tell the device not to wait. */
function Answer({ view, frame }: DeviceProps): JSX.Element {
  const { words } = frame
  const lack = lackOf(view)
  if (lack === null)
    return (
      <Form view={view} frame={frame}>
        <Choices view={view} frame={frame} />
        <Decision frame={frame} />
        <p class="hint foot">{words.text('consent.revoke')}</p>
      </Form>
    )
  return (
    <>
      <p>{lackInWords(lack, { view, frame })}</p>
      <Form view={view} frame={frame}>
        <button class="button" type="submit" name="decision" value="deny">
          {words.text('consent.deny')}
        </button>
      </Form>
    </>
  )
}

/** The decision about a device that waits: which one it is, who asks, and for what. */
export function Device({ view, frame }: DeviceProps): JSX.Element {
  const { words, name } = frame
  const client = clientName(view.client)
  return (
    <Layout frame={frame} title={words.text('device.title', { client, name })}>
      <div class="card">
        <Problem problem={view.problem} frame={frame} />
        <Who
          view={view}
          frame={frame}
          title={words.rich('device.title', { client: <bdi key="client">{client}</bdi>, name })}
        />
        <Warnings client={view.client} words={words} name={name} warnings={view.warnings} />
        <Compare view={view} frame={frame} />
        <Question frame={frame} />
        <Asked view={view} frame={frame} />
        <Person name={view.person.name} words={words} />
        <Answer view={view} frame={frame} />
      </div>
    </Layout>
  )
}
