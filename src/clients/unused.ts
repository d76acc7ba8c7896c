import type { Context } from '../context.js'
import type { Timestamp } from '../records.js'
import type { UnusedClients } from '../registration.js'

/** How many clients are looked at in one go, and in how many goes at the most. */
const batch = 100
const mostBatches = 200

/** Where there is no more room, a client that has not been used for a day makes some. */
const patience = 86_400

/** For how many seconds a count holds that left no room. */
const countedFor = 60

type Needed = Pick<Context, 'storage' | 'now' | 'registration' | 'retention'>

/** How many of the newest clients that registered themselves were never used; counting stops at `most`. */
async function countUnused({ storage }: Needed, most: number): Promise<number> {
  let unused = 0
  let after: string | undefined
  for (let read = 0; read < mostBatches && unused < most; read += 1) {
    const page = { limit: batch, ...(after !== undefined && { after }) }
    const { items, next } = await storage.listClients({ registration: 'dynamic' }, page)
    const used = items.length > 0 ? await storage.lastUses(items.map(({ id }) => id)) : []
    unused += items.length - used.length
    if (next === null) break
    after = next
  }
  return unused
}

/** Delete those that have no grant and have waited long enough for one. */
async function clear({ storage, now, retention }: Needed): Promise<void> {
  await storage.purge({
    expiredBefore: (now() - retention.expired) as Timestamp,
    unusedClientsBefore: (now() - patience) as Timestamp,
    eventsBefore: null,
    limit: batch,
  })
}

/**
 * A ceiling on clients that registered themselves and were never used. To count them takes a database a while, so that each process
 * counts once, adds what it lets in, and counts again when that comes to the ceiling: with several processes there may be a few more.
 */
export function unusedClients(context: Needed): UnusedClients {
  const most = context.registration.dynamic?.mostUnused ?? 0
  let counted: { count: number; at: Timestamp } | null = null
  let counting: Promise<void> | null = null

  const count = async () => {
    if (counted !== null) await clear(context)
    counted = { count: await countUnused(context, most), at: context.now() }
  }
  const recount = () => {
    counting ??= count().finally(() => {
      counting = null
    })
    return counting
  }
  const isStale = () => counted === null || (counted.count >= most && context.now() >= counted.at + countedFor)

  return {
    async take() {
      if (isStale()) await recount()
      if (counted === null || counted.count >= most)
        return Math.max(1, (counted?.at ?? context.now()) + countedFor - context.now())
      counted.count += 1
      return 0
    },
  }
}
