import { hash, randomBytes } from 'node:crypto'

/** Secrets as long as Grantor's and digests as it keeps them, so that requests, answers and rows have the same size. */

export type Kind =
  | 'authorization_code'
  | 'access_token'
  | 'refresh_token'
  | 'client_secret'
  | 'registration_access_token'

const tags: Readonly<Record<Kind, string>> = {
  authorization_code: 'ac',
  access_token: 'at',
  refresh_token: 'rt',
  client_secret: 'cs',
  registration_access_token: 'ra',
}

export const newId = (kind: 'client' | 'grant'): string => `${kind}_${randomBytes(16).toString('base64url')}`

/** In place of the checksum. */
const check = 'floors'

export const newSecret = (kind: Kind): string =>
  `grantor_${tags[kind]}_${randomBytes(32).toString('base64url')}${check}`

export const digest = (kind: Kind, secret: string): string => hash('sha256', `${kind}:${secret}`, 'base64url')

export const sha256 = (text: string): string => hash('sha256', text, 'base64url')
