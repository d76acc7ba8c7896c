import type { Session } from 'grantor'

/** Stands in for the users, memberships and sessions that an app has already. */
interface Person {
  readonly session: Session
  readonly notebooks: readonly string[]
}

const people: Readonly<Record<string, Person>> = {
  alice: { session: { subject: 'u1', name: 'alice@notebook.example' }, notebooks: ['travel', 'work'] },
  bob: { session: { subject: 'u2', name: 'bob@notebook.example' }, notebooks: ['work'] },
}

declare global {
  var notebookSessions: Map<string, Person> | undefined
}

// Next bundles every route by itself: what they share in memory has to live here.
globalThis.notebookSessions ??= new Map()
const sessions = globalThis.notebookSessions

/** The value of a new session cookie; null for somebody unknown. */
export function signIn(name: string): string | null {
  const person = people[name]
  if (!person) return null
  const id = crypto.randomUUID()
  sessions.set(id, person)
  return id
}

export const sessionOf = (cookie: string | undefined): Session | null => sessions.get(cookie ?? '')?.session ?? null

export const notebooksOf = (subject: string): readonly string[] =>
  Object.values(people).find(({ session }) => session.subject === subject)?.notebooks ?? []
