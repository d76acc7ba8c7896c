import type { StorageCase } from './case.js'
import { commitCases } from './cases-commit.js'
import { cursorCases } from './cases-cursors.js'
import { forwardCases } from './cases-forward.js'
import { keyCases } from './cases-keys.js'
import { clientListCases } from './cases-list-clients.js'
import { eventListCases } from './cases-list-events.js'
import { grantListCases } from './cases-list-grants.js'
import { nameRaceCases } from './cases-name-races.js'
import { nameCases } from './cases-names.js'
import { purgeCases } from './cases-purge.js'
import { purgeClientCases } from './cases-purge-clients.js'
import { purgeRaceCases } from './cases-purge-races.js'
import { raceCases } from './cases-races.js'
import { readRaceCases } from './cases-read-races.js'
import { recordCases } from './cases-records.js'
import { usageCases } from './cases-usage.js'
import { useCases } from './cases-uses.js'

export { type Box, type BoxAnswer, type BoxScope, boxed, type Connection } from './box.js'
export type { StorageCase } from './case.js'
export { type FlowCase, flowCases } from './flows.js'
export {
  inSeconds,
  randomAccount,
  randomDigest,
  randomName,
  randomProject,
  randomSubject,
  sampleClient,
  sampleEvent,
  sampleGrant,
  sampleSetting,
  sampleToken,
} from './samples.js'

/**
 * What every storage has to do, one case at a time, for any test runner. A storage that passes them all, with a second handle
 * on the same database as `peer`, keeps the contract of `Storage`.
 *
 * Each case makes its own records with random ids, so that one database serves all of them and needs no clearing in between.
 * Let it be one for tests: the cases about purging delete what has expired, whoever it belongs to.
 *
 * @example
 * // vitest
 * import { storageCases } from 'grantor/testing'
 * import { describe, it } from 'vitest'
 *
 * describe('my storage', () => {
 *   for (const { id, requirement, run } of storageCases)
 *     it(`${id}: ${requirement}`, () => run(myStorage(pool), myStorage(anotherPool)))
 * })
 *
 * @example
 * // node:test
 * import { test } from 'node:test'
 * import { storageCases } from 'grantor/testing'
 *
 * for (const { id, requirement, run } of storageCases)
 *   test(`${id}: ${requirement}`, () => run(myStorage(pool)))
 */
export const storageCases: readonly StorageCase[] = [
  ...recordCases,
  ...keyCases,
  ...commitCases,
  ...forwardCases,
  ...nameCases,
  ...raceCases,
  ...nameRaceCases,
  ...readRaceCases,
  ...clientListCases,
  ...grantListCases,
  ...eventListCases,
  ...cursorCases,
  ...useCases,
  ...usageCases,
  ...purgeCases,
  ...purgeClientCases,
  ...purgeRaceCases,
]
