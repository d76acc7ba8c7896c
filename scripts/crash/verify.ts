import type { AuditEvent } from 'grantor'
import { digest } from '../../src/tokens/format.js'
import type { StoredToken } from './databases.js'

/** What a client holds, and what the database has of its only grant. */
export interface Story {
  readonly clientId: string
  readonly refreshTokens: readonly string[]
  readonly accessTokens: readonly string[]
  readonly complaints: readonly string[]
  readonly stored: readonly StoredToken[]
  readonly events: readonly AuditEvent[]
}

export interface Violations {
  /** Clients that were turned away. */
  readonly lostSessions: number
  /** Grants with two refresh tokens that would both be taken. */
  readonly forkedGrants: number
  /** Redemptions without their successor, successors that nobody was given, tokens of which half is there. */
  readonly tornCommits: number
  readonly missingEvents: number
  readonly doubleEvents: number
  readonly unexpectedEvents: number
  /** The first few, in words. */
  readonly examples: readonly string[]
}

const expectedEvents = new Set(['client.registered', 'grant.created', 'token.issued'])

/** What is in one list and not in the other, either way. */
function difference(one: readonly string[], other: readonly string[]): readonly string[] {
  const [left, right] = [new Set(one), new Set(other)]
  return [...one.filter((item) => !right.has(item)), ...other.filter((item) => !left.has(item))]
}

function judge({ clientId, refreshTokens, accessTokens, complaints, stored, events }: Story, now: number) {
  const refreshes = stored.filter(({ kind }) => kind === 'refresh_token')
  const accesses = stored.filter(({ kind }) => kind === 'access_token')
  const chain = refreshTokens.map((token) => digest('refresh_token', token))
  const redeemed = refreshes.filter((token) => token.redeemed).map((token) => token.digest)
  const live = refreshes.filter((token) => !token.redeemed && token.expiresAt > now)
  const known = accessTokens.map((token) => digest('access_token', token))
  const issued = events.filter(({ type }) => type === 'token.issued').length
  const torn = [
    ...difference(
      chain,
      refreshes.map((token) => token.digest),
    ),
    ...difference(chain.slice(0, -1), redeemed),
    ...difference(
      known,
      accesses.map((token) => token.digest),
    ),
  ].length
  const unexpected = events.filter(({ type }) => !expectedEvents.has(type))
  const counts = {
    lostSessions: complaints.length > 0 ? 1 : 0,
    forkedGrants: live.length === 1 ? 0 : 1,
    tornCommits: torn,
    missingEvents: Math.max(0, refreshes.length - issued),
    doubleEvents: Math.max(0, issued - refreshes.length),
    unexpectedEvents: unexpected.length,
  }
  const wrong = Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [`${name} ${count}`] : []))
  const words = [...wrong, ...complaints, ...unexpected.map(({ type }) => type)]
  return { ...counts, examples: wrong.length > 0 ? [`${clientId}: ${words.join('; ')}`] : [] }
}

/** Compare what clients were given with what is stored. Every number should be 0. */
export function verify(stories: readonly Story[], now: number): Violations {
  const judged = stories.map((story) => judge(story, now))
  const sum = (count: (violations: Violations) => number) => judged.reduce((total, one) => total + count(one), 0)
  return {
    lostSessions: sum((one) => one.lostSessions),
    forkedGrants: sum((one) => one.forkedGrants),
    tornCommits: sum((one) => one.tornCommits),
    missingEvents: sum((one) => one.missingEvents),
    doubleEvents: sum((one) => one.doubleEvents),
    unexpectedEvents: sum((one) => one.unexpectedEvents),
    examples: judged.flatMap(({ examples }) => examples).slice(0, 5),
  }
}

export const isClean = ({ examples }: Violations): boolean => examples.length === 0
