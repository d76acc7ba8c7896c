import { Pool } from 'pg'
import { type Connection, openConnection } from '../connection.js'
import type { Answer, Contestant, Entrant, Seed, Served, WorkloadId } from '../contestant.js'
import { seeder } from '../grantor/app.js'
import { nodeHost } from '../grantor/hosts.js'
import { openPostgresOn, postgresUrl } from '../grantor/storages.js'
import { type Client, guardedPath, tokenPath, traffic } from '../grantor/traffic.js'
import { listen } from '../listening.js'
import { answer, readText } from './bare.js'
import { recorder, replay, type Sample, type Subject } from './replay.js'
import { items, type Reply, refused, tokens } from './replies.js'
import { digest, newSecret } from './secrets.js'
import { bearerOf, isSame } from './store.js'

/**
 * A bare server that makes the round trips that Grantor makes: it has Grantor answer two requests, keeps the statements and sends them
 * again with other values. What lies between them is left out, except for what {@link ./store.js} does as well.
 */
const measured = ['client-credentials', 'code', 'refresh', 'guard'] as const satisfies readonly WorkloadId[]

type Replayed = (typeof measured)[number]

const presentedKind = { code: 'authorization_code', refresh: 'refresh_token', guard: 'access_token' } as const
const presentedMember = { code: 'code', refresh: 'refresh_token', guard: 'access_token' } as const

/** What a request was about, by what it brought and got. */
function subjectOf(workload: Replayed, seed: Seed, { body }: Answer): Subject {
  const got = JSON.parse(body) as { readonly access_token?: string; readonly refresh_token?: string }
  const presented =
    workload === 'client-credentials' ? null : digest(presentedKind[workload], String(seed[presentedMember[workload]]))
  const issued = [
    got.access_token && digest('access_token', got.access_token),
    got.refresh_token && digest('refresh_token', got.refresh_token),
  ]
  return { presented, issued: issued.filter((one) => one !== undefined && one !== '') as string[] }
}

/** Statements of one request that Grantor has answered. */
async function sample(
  workload: Replayed,
  connection: Connection,
  seed: Seed,
  taken: ReturnType<typeof recorder>['taken'],
): Promise<Sample> {
  taken()
  const { request, next } = traffic[workload]()
  const got = await connection.send(request(seed))
  next(seed, got)
  return { ...subjectOf(workload, seed, got), sent: taken() }
}

type Again = (subject: Subject) => Promise<Readonly<Record<string, unknown>> | null>

function tokenReplies(workload: Replayed, client: Client, again: Again): (body: string) => Promise<Reply> {
  const expected = digest('client_secret', client.client_secret)
  return async (body) => {
    const form = new URLSearchParams(body)
    if (!isSame(digest('client_secret', form.get('client_secret') ?? ''), expected)) return refused()
    const access = newSecret('access_token')
    const accessDigest = digest('access_token', access)
    if (workload === 'client-credentials' || workload === 'guard')
      return (await again({ presented: null, issued: [accessDigest] })) ? tokens(access) : refused()
    const refresh = newSecret('refresh_token')
    const presented = digest(presentedKind[workload], form.get(presentedMember[workload]) ?? '')
    const row = await again({ presented, issued: [accessDigest, digest('refresh_token', refresh)] })
    return row && row.conflict === null ? tokens(access, refresh) : refused()
  }
}

async function serve(workload: Replayed): Promise<Served> {
  const recorded = new Pool({ connectionString: postgresUrl() })
  const { taken } = recorder(recorded)
  const { storage, close } = await openPostgresOn(recorded)
  const grantor = await listen()
  const app = await nodeHost(grantor.origin, storage)
  grantor.answer(app.listener)
  const seed = seeder(workload, { port: grantor.port, origin: grantor.origin, client: app.client })

  const connection = openConnection(grantor.port)
  // The first token of a client for itself makes the grant that all others are on.
  const [first = {}, ...seeds] = await seed(3)
  await sample(workload, connection, first, taken)
  const [a, b] = [
    await sample(workload, connection, seeds[0] ?? {}, taken),
    await sample(workload, connection, seeds[1] ?? {}, taken),
  ]
  connection.close()

  const pool = new Pool({ connectionString: postgresUrl() })
  const again = replay(pool, a, b)
  const reply = tokenReplies(workload, app.client, again)
  const listening = await listen()
  listening.answer((request, response) => {
    const failed = (error: unknown) => response.destroy(error instanceof Error ? error : undefined)
    if (request.url === tokenPath)
      readText(request, (body) => {
        reply(body).then((sent) => answer(response, sent), failed)
      })
    else if (request.url === guardedPath) {
      const presented = digest('access_token', bearerOf(request.headers.authorization))
      again({ presented, issued: [] }).then(
        (row) => answer(response, row ? items(String(row[subjectColumn(a)])) : refused()),
        failed,
      )
    } else response.writeHead(404).end()
  })
  return {
    port: listening.port,
    seed,
    async close() {
      await listening.close()
      await grantor.close()
      await app.close()
      await close()
      await pool.end()
    },
  }
}

const subjectColumn = ({ sent }: Sample): string =>
  Object.entries(sent[0]?.row ?? {}).find(([, value]) => /^person-\d+$/.test(String(value)))?.[0] ?? ''

const entrants = measured.map((id): readonly [WorkloadId, Entrant] => [
  id,
  { serve: () => serve(id), traffic: traffic[id] },
])

export const contestants: readonly Contestant[] = [
  {
    id: 'floor-postgres',
    title: 'Floor, PostgreSQL, node:http',
    packages: ['pg'],
    floor: null,
    workloads: Object.fromEntries(entrants),
  },
]
