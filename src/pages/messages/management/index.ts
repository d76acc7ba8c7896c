import type { en } from './en.js'

/** The texts of these pages in one language. */
export type ManagementMessages = { readonly [Key in keyof typeof en]: string }
