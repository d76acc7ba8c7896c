import { type StorageCase, storageCases } from 'grantor/testing'
import { describe, expect, it } from 'vitest'
import { flawedStorage } from './flawed.js'
import { type Flaw, flaws } from './flaws.js'

/** The cases that a storage with this flaw does not pass. */
async function caught(flaw: Flaw | null): Promise<readonly string[]> {
  const failed = async ({ id, run }: StorageCase) => {
    try {
      await run(flawedStorage(flaw))
      return []
    } catch {
      return [id]
    }
  }
  return (await Promise.all(storageCases.map(failed))).flat()
}

describe('the conformance kit', () => {
  it('passes a naive storage without a flaw', async () => {
    expect(await caught(null)).toEqual([])
  })

  const useful = new Set<string>()

  it.each(flaws)('catches a storage with this flaw: %s', async (flaw) => {
    const cases = await caught(flaw)
    for (const id of cases) useful.add(id)
    expect(cases).not.toEqual([])
  })

  it('has no case that every one of these storages passes', () => {
    expect(storageCases.map(({ id }) => id).filter((id) => !useful.has(id))).toEqual([])
  })
})
