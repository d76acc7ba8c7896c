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
  /** Unix seconds to a day. The server does not know where the person is, so that the day is that of UTC. */
  date(at: number): string
}

const slot = /\{(\w+)\}/g

export function speak(messages: Messages, { language, locale }: Choice): Words {
  const filled = (key: MessageKey, values: Readonly<Record<string, string>> = {}) =>
    messages[key].replace(slot, (whole, name: string) => values[name] ?? whole)
  // Splitting at a pattern with a group puts the slots' names at the odd places.
  const parts = (key: MessageKey, values: Readonly<Record<string, ComponentChild>> = {}) =>
    messages[key].split(slot).map((part, index) => (index % 2 === 1 ? values[part] : part))
  const days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' })
  const series = new Intl.ListFormat(locale, { type: 'unit', style: 'short' })
  return {
    language,
    direction: directionOf(language),
    text: (key, ...[values]) => filled(key, values),
    rich: (key, ...[values]) => parts(key, values),
    list: (items) => lists.format(items),
    series: (items) => series.format(items),
    date: (at) => days.format(at * 1000),
  }
}
