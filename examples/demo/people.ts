import type { Session } from 'grantor'

/** What apps can be allowed to do, in the words of the consent page. */
export const scopes = {
  'project:read': 'See projects and read their items',
  'project:write': { description: 'Add items', implies: ['project:read'] },
  'project:admin': { description: 'Delete items for good', implies: ['project:write'], sensitive: true },
  'oauth:admin': {
    description: 'Look after every app that connects here, and what everybody has allowed them',
    sensitive: true,
  },
} as const

export type ScopeName = keyof typeof scopes

export interface Project {
  readonly id: string
  readonly name: string
  readonly account: string
}

export interface Person {
  readonly username: string
  readonly name: string
  readonly account: string
  /** May look after every OAuth client. */
  readonly admin: boolean
  /** The most this person may do in each project; projects that are not named are somebody else's. */
  readonly may: ReadonlyMap<string, ScopeName>
}

/** Everybody's. */
export const password = 'demo'

export const projects: readonly Project[] = [
  { id: 'alpha', name: 'Alpha', account: 'acme' },
  { id: 'beta', name: 'Beta', account: 'acme' },
  { id: 'gamma', name: 'Gamma', account: 'globex' },
]

const everybody: readonly Person[] = [
  {
    username: 'alice',
    name: 'Alice',
    account: 'acme',
    admin: true,
    may: new Map([
      ['alpha', 'project:admin'],
      ['beta', 'project:admin'],
    ]),
  },
  { username: 'bob', name: 'Bob', account: 'globex', admin: false, may: new Map([['gamma', 'project:write']]) },
  { username: 'carol', name: 'Carol', account: 'acme', admin: false, may: new Map([['alpha', 'project:read']]) },
]

export const people: ReadonlyMap<string, Person> = new Map(everybody.map((person) => [person.username, person]))

/** The projects this person belongs to. */
export function projectsOf(username: string | null): readonly Project[] {
  const may = people.get(username ?? '')?.may
  return projects.filter(({ id }) => may?.has(id))
}

/** What this person may do in a project. The lesser scopes follow from `implies`. */
export function scopesOf(username: string, project: string | null): readonly ScopeName[] {
  const person = people.get(username)
  const scope = person?.may.get(project ?? '')
  if (!person || scope === undefined) return []
  return person.admin ? [scope, 'oauth:admin'] : [scope]
}

/** A signed-in person as the provider sees them. */
export const sessionOf = ({ username, name, account, admin }: Person): Session => ({
  subject: username,
  name,
  accounts: [account],
  admin,
})
