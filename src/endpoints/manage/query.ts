import { OAuthError } from '../../protocol/errors.js'
import { type Parameters, single } from '../../protocol/parameters.js'
import type { Page, Paged } from '../../storage.js'

/** How many items a page has unless it is said, and at the most. */
const pageSize = 50
const largestPage = 100

export const malformed = (description: string, reason: string) => new OAuthError('invalid_request', description, reason)

/** @throws OAuthError `invalid_request` */
export function readPage(query: Parameters): Page {
  const limit = single(query, 'limit') ?? String(pageSize)
  const after = single(query, 'after')
  if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > largestPage)
    throw malformed(`limit is 1 to ${largestPage}`, 'manage.limit')
  return { limit: Number(limit), ...(after !== undefined && { after }) }
}

/**
 * One of some words, or none.
 *
 * @throws OAuthError `invalid_request` for another word
 */
export function readChoice<T extends string>(query: Parameters, name: string, choices: readonly T[]): T | undefined {
  const text = single(query, name)
  const choice = choices.find((one) => one === text)
  if (text !== undefined && choice === undefined)
    throw malformed(`${name} is one of ${choices.join(', ')}`, `manage.${name}`)
  return choice
}

/** Members of a filter that were asked for, by the names they have there. */
export function readTexts<Name extends string>(
  query: Parameters,
  names: Readonly<Record<Name, string>>,
): Partial<Record<Name, string>> {
  const entries = Object.entries<string>(names).map(([name, parameter]) => [name, single(query, parameter)] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Partial<Record<Name, string>>
}

/** A page as it is answered. `next` goes into `after` as it is. */
export interface ListJson<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

export const listJson = <T, U>({ items, next }: Paged<T>, json: (item: T) => U): ListJson<U> => ({
  items: items.map(json),
  next,
})
