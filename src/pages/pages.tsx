import { isValidElement, type JSX } from 'preact'
import type { Awaitable } from '../hooks.js'
import type { Drawing, PageSetting, Pages } from '../views.js'
import { ConnectedApp } from './connected-app.js'
import { ConnectedApps } from './connected-apps.js'
import { Consent } from './consent.js'
import { Device } from './device.js'
import { DeviceCode } from './device-code.js'
import { Code, Done } from './ending.js'
import { Failure } from './error.js'
import { chooseLanguage } from './languages.js'
import { type Frame, toDocument } from './layout.js'
import { AuditLog } from './management/audit-log.js'
import { Client } from './management/client.js'
import { Clients } from './management/clients.js'
import { ClientForm } from './management/form.js'
import { ClientSecret } from './management/secret.js'
import { catalog } from './messages/index.js'
import { type PageOverrides, type PagesOptions, settingsFrom } from './options.js'
import { styleOf } from './style.js'
import { speak } from './words.js'

/** The pages as they come: each an HTML document, at once. */
export type ShippedPages = { readonly [Name in keyof Pages]: (...asked: Parameters<Pages[Name]>) => string }

type Drawn = Drawing | JSX.Element
type Draw = (view: never, setting: PageSetting) => Awaitable<Drawn>

const isElement = (drawn: Drawn): drawn is JSX.Element => isValidElement(drawn)

/** The host's own pages as the provider calls them: an element becomes a document. */
const overridden = (own: PageOverrides): Partial<Pages> =>
  Object.fromEntries(
    Object.entries<Draw>(own).map(([name, draw]) => [
      name,
      async (view: never, setting: PageSetting) => {
        const drawn = await draw(view, setting)
        return isElement(drawn) ? toDocument(drawn) : drawn
      },
    ]),
  ) as Partial<Pages>

/**
 * The shipped pages, drawn on the server: no script, nothing loaded from elsewhere, light and dark, from a telephone to a
 * wall, in English, German, French, Spanish, Japanese and whatever else `messages` brings.
 *
 * Wants a `Content-Security-Policy` that lets in `style-src 'nonce-…'` and `img-src 'self'` (and `https:` when logos live
 * elsewhere), without `form-action`, which browsers apply to the whole redirect that follows a form.
 *
 * @throws {TypeError} when an option is unknown or makes no sense.
 * @example
 * const drawn = pages({
 *   name: 'Acme',
 *   logo: '/logo.svg',
 *   theme: { accent: { light: '#0b6e4f', dark: '#6ee7b7' }, onAccent: { light: '#fff', dark: '#06281d' } },
 *   messages: { en: { 'consent.approve': 'Connect' } },
 * })
 */
export function pages(options: PagesOptions & { readonly override?: never }): ShippedPages
export function pages(options: PagesOptions): Pages
export function pages(options: PagesOptions): Pages {
  const { name, logo, theme, languages, messages, override } = settingsFrom(options)
  const style = styleOf(theme)
  const frame = (setting: PageSetting): Frame => {
    const choice = chooseLanguage(setting.languages, languages)
    return { words: speak(messages.get(choice.language) ?? catalog.en, choice), setting, name, logo, style }
  }
  return {
    consent: (view, setting) => toDocument(<Consent view={view} frame={frame(setting)} />),
    error: (view, setting) => toDocument(<Failure view={view} frame={frame(setting)} />),
    done: (view, setting) => toDocument(<Done view={view} frame={frame(setting)} />),
    code: (view, setting) => toDocument(<Code view={view} frame={frame(setting)} />),
    deviceCode: (view, setting) => toDocument(<DeviceCode view={view} frame={frame(setting)} />),
    device: (view, setting) => toDocument(<Device view={view} frame={frame(setting)} />),
    connectedApps: (view, setting) => toDocument(<ConnectedApps view={view} frame={frame(setting)} />),
    connectedApp: (view, setting) => toDocument(<ConnectedApp view={view} frame={frame(setting)} />),
    clients: (view, setting) => toDocument(<Clients view={view} frame={frame(setting)} />),
    client: (view, setting) => toDocument(<Client view={view} frame={frame(setting)} />),
    clientForm: (view, setting) => toDocument(<ClientForm view={view} frame={frame(setting)} />),
    clientSecret: (view, setting) => toDocument(<ClientSecret view={view} frame={frame(setting)} />),
    auditLog: (view, setting) => toDocument(<AuditLog view={view} frame={frame(setting)} />),
    ...overridden(override),
  }
}
