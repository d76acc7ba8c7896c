import { OAuthError } from '../protocol/errors.js'
import type { Client } from '../records.js'
import { keyOf } from './key.js'

type Named = Pick<Client, 'registration' | 'accountId' | 'name'>

/**
 * What keeps a name its own within its account, for clients that people register by hand. Null where names need not be: programs
 * that register themselves all give the same one.
 */
export function uniqueNameOf({ registration, accountId, name }: Named): string | null {
  if ((registration !== 'manual' && registration !== 'user') || name === '') return null
  return keyOf(accountId, name)
}

/** Storage refuses a second client of one name; whoever loses is told so. */
export const nameTaken = () =>
  new OAuthError('invalid_client_metadata', 'another application has this name', 'client.name_taken', { status: 409 })
