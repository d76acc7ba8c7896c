import type { JSX } from 'preact'
import * as z from 'zod/mini'
import type { Awaitable } from '../hooks.js'
import type { Drawing, Pages } from '../views.js'
import { isLanguageTag } from './languages.js'
import { catalog, type MessageKey, type Messages } from './messages/index.js'
import { hostUrl } from './safe-url.js'

/**
 * What a host may paint differently. Each value is a CSS value, or one for light and one for dark surroundings; keep text
 * at a contrast of at least 4.5 to 1.
 */
export interface Theme {
  /** Links, ticks and the button that approves. */
  readonly accent: ThemeValue
  /** Text on `accent`. */
  readonly onAccent: ThemeValue
  /** Behind everything. */
  readonly ground: ThemeValue
  readonly surface: ThemeValue
  readonly text: ThemeValue
  /** Text of less weight. */
  readonly muted: ThemeValue
  readonly line: ThemeValue
  /** Warnings, and what they stand on. */
  readonly warning: ThemeValue
  readonly onWarning: ThemeValue
  readonly danger: ThemeValue
  /** A length. */
  readonly radius: ThemeValue
  /** As `font-family` has it. Nothing is loaded: name what people's devices have. */
  readonly font: ThemeValue
}

export type ThemeValue = string | { readonly light: string; readonly dark: string }

/**
 * Pages of the host's own making, each from the same view as the one it stands in for. A page gives an HTML document, as text or as
 * an element of Preact, or a response with a status and headers of its own; now or later. Headers it does not set are those of every
 * page: no framing, no keeping, and only scripts and styles that carry `setting.nonce`. Its forms post to `setting.action`.
 *
 * @example
 * pages({
 *   name: 'Acme',
 *   override: {
 *     done: ({ outcome }) => `<!doctype html><title>${outcome}</title><h1>${outcome}</h1>`,
 *     error: async ({ status, requestId }) => ({ status, headers: { 'x-request-id': requestId }, body: 'Not today.' }),
 *   },
 * })
 */
export type PageOverrides = {
  readonly [Name in keyof Pages]?: (...asked: Parameters<Pages[Name]>) => Awaitable<Drawing | JSX.Element>
}

export interface PagesOptions {
  /** What people call the host: the name of the product. */
  readonly name: string
  /** A path on the host's own origin, or an `https` URL. Beware that the person's browser asks for it. */
  readonly logo?: string
  readonly theme?: Partial<Theme>
  /** Other texts, by language. A language that is new here is offered too; what it lacks is said in English. */
  readonly messages?: Readonly<Record<string, Partial<Messages>>>
  /** Pages of the host's own making, in place of those shipped. */
  readonly override?: PageOverrides
}

/** The options, ready for use. */
export interface Settings {
  readonly name: string
  readonly logo: string | null
  readonly theme: Partial<Theme>
  readonly languages: readonly [string, ...string[]]
  readonly messages: ReadonlyMap<string, Messages>
  readonly override: PageOverrides
}

const slots = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)

/** Stays inside one declaration of one rule, and makes the browser load nothing. */
const cssValue = z.string().check(
  z.minLength(1),
  z.maxLength(300),
  z.regex(/^[^{};<>\\&@]+$/, 'must be a single CSS value'),
  z.refine((text) => !/url\s*\(|image-set\s*\(|\/\*/i.test(text), 'must not load anything'),
)

const themeValue = z.optional(z.union([cssValue, z.strictObject({ light: cssValue, dark: cssValue })]))

const theme = z.strictObject({
  accent: themeValue,
  onAccent: themeValue,
  ground: themeValue,
  surface: themeValue,
  text: themeValue,
  muted: themeValue,
  line: themeValue,
  warning: themeValue,
  onWarning: themeValue,
  danger: themeValue,
  radius: themeValue,
  font: themeValue,
} satisfies Record<keyof Theme, unknown>)

const messageKeys = Object.keys(catalog.en) as [MessageKey, ...MessageKey[]]

const texts = z.partialRecord(z.enum(messageKeys), z.string().check(z.minLength(1))).check(({ value, issues }) => {
  for (const [key, text] of Object.entries(value)) {
    const known = slots(catalog.en[key as MessageKey])
    for (const name of slots(text).filter((one) => !known.includes(one)))
      issues.push({
        code: 'custom',
        path: [key],
        input: text,
        message: `has no {${name}}; there is: ${known.join(', ') || 'none'}`,
      })
  }
})

const isFunction = (value: unknown) => typeof value === 'function'
const page = <Name extends keyof Pages>() => z.optional(z.custom<PageOverrides[Name]>(isFunction, 'must be a function'))

const schema = z.strictObject({
  name: z.string().check(z.trim(), z.minLength(1), z.maxLength(100)),
  logo: z.optional(
    z.string().check(z.refine((text) => hostUrl(text) !== null, 'must be a path such as /logo.svg or an https URL')),
  ),
  theme: z.optional(theme),
  messages: z.optional(
    z.record(z.string().check(z.refine(isLanguageTag, 'must be a language tag such as pt-BR')), texts),
  ),
  override: z.optional(
    z.strictObject({
      consent: page<'consent'>(),
      error: page<'error'>(),
      done: page<'done'>(),
      code: page<'code'>(),
      deviceCode: page<'deviceCode'>(),
      device: page<'device'>(),
      connectedApps: page<'connectedApps'>(),
      connectedApp: page<'connectedApp'>(),
      clients: page<'clients'>(),
      client: page<'client'>(),
      clientForm: page<'clientForm'>(),
      clientSecret: page<'clientSecret'>(),
      auditLog: page<'auditLog'>(),
    } satisfies Record<keyof Pages, unknown>),
  ),
})

/** Without the members that are present but undefined, as `exactOptionalPropertyTypes` wants it. */
function present<Type extends object>(value: Type | undefined): Partial<Type> {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([, one]) => one !== undefined)) as Partial<Type>
}

/** What zod has words for in its full edition alone. */
function explain(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'unrecognized_keys') return `unknown option ${issue.keys.join(', ')}`
  if (issue.code === 'invalid_type') return `must be ${issue.expected}`
  if (issue.code === 'too_small' || issue.code === 'too_big')
    return `must be ${issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`} characters`
  return undefined
}

/** Throws when an option is unknown or makes no sense, so that a mistake shows at start-up and not to a visitor. */
export function settingsFrom(options: PagesOptions): Settings {
  const parsed = schema.safeParse(options, { error: explain })
  if (!parsed.success) throw new TypeError(`pages: these options cannot be used\n${z.prettifyError(parsed.error)}`)
  const { name, logo } = parsed.data
  const known = new Map<string, Messages>(Object.entries(catalog))
  for (const [language, texts] of Object.entries(options.messages ?? {}))
    known.set(language, { ...(known.get(language) ?? catalog.en), ...present(texts) })
  return {
    name,
    logo: logo ?? null,
    theme: present(options.theme),
    languages: ['en', ...[...known.keys()].filter((language) => language !== 'en')],
    messages: known,
    override: present(options.override),
  }
}
