import { de } from './de.js'
import { en } from './en.js'
import { es } from './es.js'
import { fr } from './fr.js'
import { ja } from './ja.js'

export type MessageKey = keyof typeof en

/** All texts in one language. */
export type Messages = { readonly [Key in MessageKey]: string }

type Slot<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Slot<Rest> : never

/** What has to be filled into a text: a slot that a page forgets, or makes up, is a compile error. */
export type Slots<Key extends MessageKey, Value> = { readonly [Name in Slot<(typeof en)[Key]>]: Value }

/** By language, as RFC 5646 writes it. The first is spoken to people whose languages are none of these. */
export const catalog = { en, de, fr, es, ja } satisfies Readonly<Record<string, Messages>>
