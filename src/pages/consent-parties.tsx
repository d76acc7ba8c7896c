import type { ComponentChildren, JSX } from 'preact'
import type { ChoiceView, ClientView, ConsentView } from '../views.js'
import { ClientAvatar, clientName, Standing, Website } from './client.js'
import { Icon } from './icons.js'
import { Avatar, type Frame, Person } from './layout.js'
import { visible } from './plain.js'
import { hostUrl, safeHost } from './safe-url.js'
import type { Words } from './words.js'

/** Between whom a decision is made: the client that asks, the person who answers, and where the answer goes. */

export interface ConsentProps {
  readonly view: ConsentView
  readonly frame: Frame
}

/** Of any page on which a person lets a client in. */
export interface ChoiceProps {
  readonly view: ChoiceView
  readonly frame: Frame
}

export function Who({ view, frame, title }: ChoiceProps & { title: ComponentChildren }): JSX.Element {
  const { words, name, logo } = frame
  return (
    <div class="intro">
      <div class="pair" aria-hidden="true">
        <ClientAvatar client={view.client} big />
        <i />
        <Avatar name={name} image={logo} big />
      </div>
      <h1>{title}</h1>
      <Standing client={view.client} words={words} name={name} />
      <Website client={view.client} />
    </div>
  )
}

/** Who approves. Whoever is somebody else as well can say so; the request is then made anew. */
export function Approver({
  view,
  frame: { words },
}: {
  view: Pick<ConsentView, 'person' | 'switchAccount'>
  frame: Frame
}): JSX.Element {
  const { person, switchAccount } = view
  const url = hostUrl(switchAccount)
  return (
    <div class="account">
      <Person name={person.name} words={words} />
      {url !== null && <a href={url}>{words.text('consent.switch_account')}</a>}
    </div>
  )
}

/** What a document on a website says is true of the app, and of no program that claims to be it. */
function DescribedOnly({ client, words }: { client: ClientView; words: Words }): JSX.Element | null {
  const host = safeHost(client.id)
  if (client.registration !== 'metadata_document' || host === null) return null
  return <p class="hint">{words.text('consent.loopback.described', { host })}</p>
}

/** The one thing on this page that the client cannot make up. Shown whole: a host is known by its end. */
export function Destination({ view, frame: { words, name } }: ConsentProps): JSX.Element {
  if (view.byHand)
    return (
      <div class="note warning">
        <Icon name="device" />
        <div>
          <p>{words.text('consent.by_hand')}</p>
          <p class="hint">
            {words.rich('consent.by_hand.hint', { client: <bdi key="client">{clientName(view.client)}</bdi> })}
          </p>
        </div>
      </div>
    )
  const host = (
    <b>
      <bdi>{visible(view.redirectHost)}</bdi>
    </b>
  )
  if (view.loopback)
    return (
      <div class="note warning">
        <Icon name="device" />
        <div>
          <p>{words.text('consent.loopback')}</p>
          <p class="hint">{words.rich('consent.loopback.hint', { name, host })}</p>
          <DescribedOnly client={view.client} words={words} />
        </div>
      </div>
    )
  return (
    <div class="note">
      <Icon name="out" />
      <div>
        <p>{words.rich('consent.destination', { host })}</p>
        <p class="hint">
          {words.text(view.client.verified ? 'consent.destination.verified' : 'consent.destination.unverified')}
        </p>
      </div>
    </div>
  )
}

export function Resources({ view, frame: { words } }: ChoiceProps): JSX.Element | null {
  if (view.resources.length === 0) return null
  return (
    <dl class="facts">
      <dt>{words.text('consent.resources')}</dt>
      <dd>{words.list(view.resources)}</dd>
    </dl>
  )
}
