import type { Storage } from '../storage.js'
import { ok } from './assert.js'
import { commit, has, lacks, type Parts, type Records } from './case.js'

export const RACERS = 32

export const range = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

/** Start all at once, on both handles in turn; the one that won. A fault is not a refusal. */
export async function oneWins(
  storage: Storage,
  peer: Storage,
  racers: readonly Parts[],
  what: string,
): Promise<number> {
  const outcomes = await Promise.all(racers.map((parts, index) => commit(index % 2 === 0 ? storage : peer, parts)))
  const winners = outcomes.flatMap((won, index) => (won ? [index] : []))
  ok(winners.length === 1, `${racers.length} ${what} at once: expected one to win, got ${winners.length}`)
  return winners[0]!
}

/** Of what the racers would have added, the winner's is there and nobody else's. */
export async function onlyThe(winner: number, storage: Storage, added: readonly Records[]): Promise<void> {
  for (const [index, records] of added.entries())
    await (index === winner ? has(storage, records, 'of the winner') : lacks(storage, records, 'of a loser'))
}
