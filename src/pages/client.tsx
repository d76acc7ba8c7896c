import type { JSX } from 'preact'
import type { ClientView, ConsentWarning } from '../views.js'
import { Icon } from './icons.js'
import { imitates } from './imitates.js'
import { Avatar } from './layout.js'
import { plain, visible } from './plain.js'
import { safeHost, safeUrl } from './safe-url.js'
import type { Words } from './words.js'

const tones = 6

/** A client that gave itself no name that can be read goes by its id. */
export const clientName = (client: ClientView): string => plain(client.name) || plain(client.id)

const toneOf = (id: string): number =>
  [...id].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973, 7) % tones

/**
 * A picture is shown only of a client whose name can be believed: anybody may claim somebody else's logo, and asking for it
 * would tell a stranger that this page was opened.
 */
export function ClientAvatar({ client, big = false }: { client: ClientView; big?: boolean }): JSX.Element {
  const image = client.verified ? safeUrl(client.logo) : null
  return <Avatar name={clientName(client)} image={image} tone={toneOf(client.id)} big={big} />
}

function standing(client: ClientView, words: Words, name: string): string {
  if (client.verified) return words.text('client.verified', { name })
  switch (client.registration) {
    case 'manual':
      return words.text('client.manual', { name })
    case 'user':
      return words.text('client.user', { name })
    case 'dynamic':
      return words.text('client.dynamic')
    case 'metadata_document':
      return words.text('client.metadata_document', { host: safeHost(client.id) ?? visible(client.id) })
  }
}

/** Whether the name can be believed, and on whose word. */
export function Standing(props: { client: ClientView; words: Words; name: string; bare?: boolean }): JSX.Element {
  const { client, words, name, bare = false } = props
  return (
    <p class={`badge ${client.verified ? 'verified' : 'unverified'}${bare ? ' bare' : ''}`}>
      <Icon name={client.verified ? 'shield' : 'unknown'} />
      <span>{standing(client, words, name)}</span>
    </p>
  )
}

interface Warned {
  readonly client: ClientView
  readonly words: Words
  readonly name: string
  /** What the host and the request itself speak against. Left out: nothing but the name is known. */
  readonly warnings?: readonly ConsentWarning[]
  readonly redirectHost?: string
}

const emphasised = (text: string) => (
  <b key={text}>
    <bdi>{visible(text)}</bdi>
  </b>
)

/** What speaks against believing a client, plainly. A client that the host vouches for is believed. */
export function Warnings({ client, words, name, warnings = [], redirectHost = '' }: Warned): JSX.Element | null {
  if (client.verified) return null
  const website = emphasised(safeHost(client.website) ?? visible(client.website ?? ''))
  const said = [
    warnings.includes('suspicious') && {
      title: words.text('client.suspicious', { name }),
      hint: words.text('client.suspicious.hint'),
    },
    imitates(client.name, name) && {
      title: words.text('client.imitates', { name }),
      hint: words.text('client.imitates.hint', { name }),
    },
    warnings.includes('other_host') && {
      title: words.text('client.other_host'),
      hint: words.rich('client.other_host.hint', { website, host: emphasised(redirectHost) }),
    },
  ].filter((one) => one !== false)
  if (said.length === 0) return null
  return (
    <div class="warnings">
      {said.map(({ title, hint }) => (
        <div key={title} class="note danger">
          <Icon name="warning" />
          <div>
            <p>{title}</p>
            <p class="hint">{hint}</p>
          </div>
        </div>
      ))}
    </div>
  )
}

/** Reads as the host that it leads to, whatever the client calls it. */
export function Website({ client }: { client: ClientView }): JSX.Element | null {
  const url = safeUrl(client.website)
  if (url === null) return null
  return (
    <a class="hint" href={url} rel="noopener noreferrer nofollow" target="_blank">
      <bdi>{safeHost(url)}</bdi>
    </a>
  )
}
