import { sqlStorage } from 'grantor/storage/sql'
import { Kysely } from 'kysely'
import { startApp } from './app.js'
import { postgresDialect } from './dialects.js'
import type { NodeSettings } from './processes.js'

/** One process of an app that runs as several: started with its settings as JSON, it says where it listens, until its parent hangs up. */
const { url, prefix, issuer } = JSON.parse(process.argv[2] ?? '{}') as NodeSettings

const kysely = new Kysely<unknown>({ dialect: postgresDialect(url) })
const app = await startApp({ storage: sqlStorage(kysely, { prefix }), issuer })

process.once('disconnect', async () => {
  await app.close()
  await kysely.destroy()
})
process.send?.({ origin: app.origin })
