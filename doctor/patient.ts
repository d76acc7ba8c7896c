import type { Ask } from './http.js'

/** The provider under examination, as far as it is known. */
export interface Patient {
  readonly ask: Ask
  /** As it was typed. */
  readonly issuer: string
  /** The metadata document; empty while none was found. */
  readonly metadata: Readonly<Record<string, unknown>>
  /** A protected resource of the provider, to look at as well. */
  readonly resource: string | null
  /** A public client with the loopback redirect URI {@link loopback}; null where none could be had. */
  readonly client: string | null
  /** May clients be registered for the examination? They are deleted afterwards where that is possible. */
  readonly register: boolean
}

/** Registered without a port, so that any port has to do (RFC 8252 section 7.3). */
export const loopback = 'http://127.0.0.1/grantor-doctor'

export function endpoint({ metadata }: Patient, name: string): string | null {
  const value = metadata[`${name}_endpoint`]
  return typeof value === 'string' && URL.canParse(value) ? value : null
}

export function listOf({ metadata }: Patient, name: string): readonly string[] | null {
  const value = metadata[name]
  return Array.isArray(value) ? value.map(String) : null
}

export const origin = 'https://inspector.example'
