import type { ComponentChild } from 'preact'
import { type Choice, directionOf } from './languages.js'
import type { MessageKey, Messages, Slots } from './messages/index.js'

type Values<Key extends MessageKey, Value> = keyof Slots<Key, Value> extends never ? [] : [values: Slots<Key, Value>]

/** A page's way of speaking: one language, its texts, dates and lists. */
export interface Words {
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  text<Key extends MessageKey>(key: Key, ...values: Values<Key, string>): string
  /** As `text`, with markup in the slots. */
  rich<Key extends MessageKey>(key: Key, ...values: Values<Key, ComponentChild>): ComponentChild[]
  list(items: readonly string[]): string
  /** For items that are phrases, which an "and" would run together. */
  series(items: readonly string[]): string
  number(count: number): string
  /** Which of two names comes first. */
  compare(one: string, other: string): number
  /** Unix seconds to a day. The server does not know where the person is, so that the day is that of UTC. */
  date(at: number): string
  /** Unix seconds to the minute, in UTC and saying so. */
  moment(at: number): string
}

const slot = /\{(\w+)\}/g

/** As the medium style of a day, which cannot be had together with the name of the zone. */
const minute = { year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' } as const

const newFormats = (locale: string) => ({
  days: new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }),
  moments: new Intl.DateTimeFormat(locale, { ...minute, timeZone: 'UTC', timeZoneName: 'short' }),
  numbers: new Intl.NumberFormat(locale),
  collator: new Intl.Collator(locale, { numeric: true }),
  lists: new Intl.ListFormat(locale, { type: 'conjunction' }),
  series: new Intl.ListFormat(locale, { type: 'unit', style: 'short' }),
})

/** Browsers name their locale as they like, so that there is an end to how many are remembered. */
const mostFormats = 100
const known = new Map<string, ReturnType<typeof newFormats>>()

/** Made once for a locale: for each page anew they took two thirds of the time that a page takes. */
function formatsOf(locale: string): ReturnType<typeof newFormats> {
  const before = known.get(locale)
  if (before) return before
  if (known.size >= mostFormats) known.clear()
  const formats = newFormats(locale)
  known.set(locale, formats)
  return formats
}

export function speak(messages: Messages, { language, locale }: Choice): Words {
  const filled = (key: MessageKey, values: Readonly<Record<string, string>> = {}) =>
    messages[key].replace(slot, (whole, name: string) => values[name] ?? whole)
  // Splitting at a pattern with a group puts the slots' names at the odd places.
  const parts = (key: MessageKey, values: Readonly<Record<string, ComponentChild>> = {}) =>
    messages[key].split(slot).map((part, index) => (index % 2 === 1 ? values[part] : part))
  const { days, moments, numbers, collator, lists, series } = formatsOf(locale)
  return {
    language,
    direction: directionOf(language),
    text: (key, ...[values]) => filled(key, values),
    rich: (key, ...[values]) => parts(key, values),
    list: (items) => lists.format(items),
    series: (items) => series.format(items),
    number: (count) => numbers.format(count),
    compare: collator.compare,
    date: (at) => days.format(at * 1000),
    moment: (at) => moments.format(at * 1000),
  }
}
