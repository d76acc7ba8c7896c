import type { JSX } from 'preact'
import type { ClientView } from '../views.js'
import { Icon } from './icons.js'
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
