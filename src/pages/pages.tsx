import type { PageSetting, Pages } from '../views.js'
import { ConnectedApps } from './connected-apps.js'
import { Consent } from './consent.js'
import { Failure } from './error.js'
import { chooseLanguage } from './languages.js'
import { type Frame, toDocument } from './layout.js'
import { catalog } from './messages/index.js'
import { type PagesOptions, settingsFrom } from './options.js'
import { styleOf } from './style.js'
import { speak } from './words.js'

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
    connectedApps: (view, setting) => toDocument(<ConnectedApps view={view} frame={frame(setting)} />),
    ...override,
  }
}
