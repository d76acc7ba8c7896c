import type { ComponentChildren, JSX } from 'preact'
import { renderToString } from 'preact-render-to-string'
import type { PageSetting } from '../views.js'
import { initial } from './plain.js'
import type { Words } from './words.js'

/** What every page knows besides its view. */
export interface Frame {
  readonly words: Words
  readonly setting: PageSetting
  /** The host's own. */
  readonly name: string
  readonly logo: string | null
  readonly style: string
}

/**
 * A picture covers the sign behind it. One that does not load takes up no room, so that the sign stands for it: that is why the
 * stylesheet bounds its size and never sets one.
 */
export function Avatar(props: { name: string; image: string | null; tone?: number; big?: boolean }): JSX.Element {
  const { name, image, tone, big = false } = props
  return (
    <span
      class={['avatar', big && 'big', tone !== undefined && `tone-${tone}`].filter(Boolean).join(' ')}
      aria-hidden="true"
    >
      {initial(name)}
      {image !== null && (
        <span class="picture">
          <img src={image} alt="" referrerpolicy="no-referrer" />
        </span>
      )}
    </span>
  )
}

/** Who is signed in, in the host's words. */
export function Person({ name, words }: { name: string; words: Words }): JSX.Element {
  const person = (
    <b>
      <bdi>{name}</bdi>
    </b>
  )
  return (
    <p class="person">
      <Avatar name={name} image={null} />
      <span>{words.rich('page.person', { person })}</span>
    </p>
  )
}

interface LayoutProps {
  readonly frame: Frame
  readonly title: string
  readonly wide?: boolean
  /** What this page has beyond the stylesheet of all. */
  readonly sheet?: string
  readonly children: ComponentChildren
}

/** What surrounds every page: one stylesheet, the host's name, one `main`. Nothing is loaded but the host's logo. */
export function Layout({ frame, title, wide = false, sheet = '', children }: LayoutProps): JSX.Element {
  const { words, setting, name, logo, style } = frame
  return (
    <html lang={words.language} dir={words.direction}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{`${title} · ${name}`}</title>
        <style nonce={setting.nonce}>{style + sheet}</style>
      </head>
      <body>
        <header>
          <div class="brand">
            {logo !== null && <img src={logo} alt="" />}
            <span>{name}</span>
          </div>
        </header>
        <main class={wide ? 'wide' : undefined}>{children}</main>
      </body>
    </html>
  )
}

export const toDocument = (page: JSX.Element): string => `<!doctype html>${renderToString(page)}`
