import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { flowCases, storageCases } from 'grantor/testing'
import { openDatabase } from './open.js'
import { drizzleStorage } from './storage.js'

// Two connections to one file, as two processes would have them.
const folder = mkdtempSync(join(tmpdir(), 'adapter-drizzle-'))
const [one, other] = [openDatabase(join(folder, 'oauth.db')), openDatabase(join(folder, 'oauth.db'))]
// This runs as dist/conformance.js.
one.client.exec(readFileSync(new URL('../tables.sql', import.meta.url), 'utf8'))
const [storage, peer] = [drizzleStorage(one.db), drizzleStorage(other.db)]

after(() => {
  for (const { client } of [one, other]) client.close()
  rmSync(folder, { recursive: true })
})

for (const { id, requirement, run } of [...storageCases, ...flowCases])
  test(`${id}: ${requirement}`, () => run(storage, peer))
