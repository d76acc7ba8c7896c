import { memoryStorage } from 'grantor/storage/memory'
import { storageCases } from 'grantor/testing'
import { describe, expect, it } from 'vitest'

describe('memory', () => {
  const storage = memoryStorage()
  for (const { id, requirement, run } of storageCases)
    it(`${id}: ${requirement}`, () => expect(run(storage)).resolves.toBeUndefined())
})
