import * as z from 'zod'
import type { Pages } from '../views.js'
import { isLanguageTag } from './languages.js'
import { catalog, type MessageKey, type Messages } from './messages/index.js'
import { safeUrl } from './safe-url.js'

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

export interface PagesOptions {
  /** What people call the host: the name of the product. */
  readonly name: string
  /** A path on the host's own origin, or an `https` URL. Beware that the person's browser asks for it. */
  readonly logo?: string
  readonly theme?: Partial<Theme>
  /** Other texts, by language. A language that is new here is offered too; what it lacks is said in English. */
  readonly messages?: Readonly<Record<string, Partial<Messages>>>
  /** Pages of the host's own making, in place of those shipped. */
  readonly override?: Partial<Pages>
}

/** The options, ready for use. */
export interface Settings {
  readonly name: string
  readonly logo: string | null
  readonly theme: Partial<Theme>
  readonly languages: readonly [string, ...string[]]
  readonly messages: ReadonlyMap<string, Messages>
  readonly override: Partial<Pages>
}

const slots = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)

const isPath = (text: string) => /^\/(?![/\\])[^\s\\]*$/.test(text)

/** Stays inside one declaration of one rule, and makes the browser load nothing. */
const cssValue = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^{};<>\\&@]+$/, 'must be a single CSS value')
  .refine((text) => !/url\s*\(|image-set\s*\(|\/\*/i.test(text), 'must not load anything')

const themeValue = z.union([cssValue, z.strictObject({ light: cssValue, dark: cssValue })]).optional()

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

const texts = z.partialRecord(z.enum(messageKeys), z.string().min(1)).superRefine((given, context) => {
  for (const [key, text] of Object.entries(given)) {
    const known = slots(catalog.en[key as MessageKey])
    for (const name of slots(text).filter((one) => !known.includes(one)))
      context.addIssue({
        code: 'custom',
        path: [key],
        message: `has no {${name}}; there is: ${known.join(', ') || 'none'}`,
      })
  }
})

const isFunction = (value: unknown) => typeof value === 'function'
const page = <Name extends keyof Pages>() => z.custom<Pages[Name]>(isFunction, 'must be a function').optional()

const schema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  logo: z
    .string()
    .refine((text) => isPath(text) || safeUrl(text) !== null, 'must be a path such as /logo.svg or an https URL')
    .optional(),
  theme: theme.optional(),
  messages: z.record(z.string().refine(isLanguageTag, 'must be a language tag such as pt-BR'), texts).optional(),
  override: z
    .strictObject({
      consent: page<'consent'>(),
      error: page<'error'>(),
      connectedApps: page<'connectedApps'>(),
    } satisfies Record<keyof Pages, unknown>)
    .optional(),
})

/** Without the members that are present but undefined, as `exactOptionalPropertyTypes` wants it. */
function present<Type extends object>(value: Type | undefined): Partial<Type> {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([, one]) => one !== undefined)) as Partial<Type>
}

/** Throws when an option is unknown or makes no sense, so that a mistake shows at start-up and not to a visitor. */
export function settingsFrom(options: PagesOptions): Settings {
  const parsed = schema.safeParse(options)
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
