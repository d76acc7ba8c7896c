import { randomBytes } from 'node:crypto'
import type { AuditEvent, ClientId, Storage } from 'grantor'
import { boxed } from 'grantor/testing'
import { digest } from '../../src/tokens/format.js'
import { type Client, crashClient, newTally, type Tally } from './client.js'
import { type Engine, openWatch, type Place, type Watch } from './databases.js'
import { type ProviderProcess, startProvider } from './process.js'
import { type Story, type Violations, verify } from './verify.js'

export interface CrashOptions {
  readonly engine: Engine
  readonly url: string
  /** At least. */
  readonly seconds: number
  readonly clients: number
  /** Kill the provider's process instead of its connections. */
  readonly killProcess: boolean
  /** The file of the provider, built. */
  readonly program: string
  /** Go on until so much has happened, at most a minute. Given what clients have met, and how often something was killed. */
  readonly enough?: (sofar: Tally & { readonly killed: number }) => boolean
}

export interface CrashReport extends Tally {
  readonly version: string
  readonly seconds: number
  readonly clients: number
  readonly killedConnections: number
  readonly killedProcesses: number
  readonly violations: Violations
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const between = (least: number, most: number) => least + Math.random() * (most - least)

/** Kills something now and then; how many that were. */
type Killing = () => Promise<number>

const killingConnections =
  (watch: Watch): Killing =>
  async () => {
    await sleep(between(5, 60))
    return watch.killConnection()
  }

const killingProcesses =
  (provider: ProviderProcess): Killing =>
  async () => {
    await sleep(between(200, 1_500))
    await provider.killAndRestart()
    return 1
  }

async function eventsOf(storage: Storage, clientId: string): Promise<readonly AuditEvent[]> {
  const events: AuditEvent[] = []
  let after: string | null = ''
  while (after !== null) {
    const page = { limit: 1_000, ...(after !== '' && { after }) }
    const { items, next } = await storage.listEvents({ clientId: clientId as ClientId }, page)
    events.push(...items)
    after = next
  }
  return events
}

async function storiesOf({ storage, tokens }: Watch, clients: readonly Client[]): Promise<readonly Story[]> {
  const stored = await tokens()
  const tell = async (client: Client): Promise<Story> => {
    const { items } = await storage.listGrants({ clientId: client.clientId as ClientId }, { limit: 10 })
    const grants = new Set<string>(items.map(({ id }) => id))
    return {
      ...client,
      stored: stored.filter(({ grantId }) => grants.has(grantId)),
      events: await eventsOf(storage, client.clientId),
    }
  }
  const stories: Story[] = []
  for (const client of clients) stories.push(await tell(client))
  return stories
}

/** Connect clients before anything is killed. */
async function connectClients(watch: Watch, origin: string, count: number, tally: Tally): Promise<readonly Client[]> {
  const { storage } = watch
  const { connect } = boxed(storage)
  const isRedeemed = async (token: string) =>
    (await storage.findToken(digest('refresh_token', token)))?.token.redemption !== null
  const clients: Client[] = []
  for (let index = 0; index < count; index += 1)
    clients.push(crashClient(await connect(), { origin, tally, isRedeemed }))
  return clients
}

/** Let clients refresh while what they depend on is killed under them, and see whether anything was lost. */
export async function crash({ engine, url, program, ...options }: CrashOptions): Promise<CrashReport> {
  const { seconds, clients: count, killProcess, enough = () => true } = options
  const place: Place = { engine, url, name: `crash${randomBytes(5).toString('hex')}` }
  const watch = await openWatch(place)
  try {
    const provider = await startProvider(program, place)
    const tally = newTally()
    try {
      const clients = await connectClients(watch, provider.origin, count, tally)
      const started = Date.now()
      let killed = 0
      const stopped = () => {
        const past = (Date.now() - started) / 1_000
        return past >= Math.max(seconds, 60) || (past >= seconds && enough({ ...tally, killed }))
      }
      const kill = killProcess ? killingProcesses(provider) : killingConnections(watch)
      const killing = async () => {
        while (!stopped()) killed += await kill()
      }
      await Promise.all([killing(), ...clients.map((client) => client.run(stopped))])
      return {
        ...tally,
        seconds,
        clients: count,
        version: watch.version,
        killedConnections: killProcess ? 0 : killed,
        killedProcesses: killProcess ? killed : 0,
        violations: verify(await storiesOf(watch, clients), Date.now() / 1_000),
      }
    } finally {
      await provider.stop()
    }
  } finally {
    await watch.close()
  }
}
