import type { IncomingMessage } from 'node:http'
import type { HttpRequest } from 'grantor'
import { listener } from 'grantor/node'
import { memoryStorage } from 'grantor/storage/memory'
import { Bench } from 'tinybench'
import { authenticateBeside } from '../src/clients/authenticate.js'
import { grantTypes } from '../src/endpoints/token.js'
import { readOptions } from '../src/options.js'
import { readClient } from '../src/protocol/client-authentication.js'
import { parseForm } from '../src/protocol/parameters.js'
import { covers, intersectScope, parseScope } from '../src/protocol/scope.js'
import { derive, digest, newSecret, readSecret } from '../src/tokens/format.js'
import type { Wire } from './contestant.js'
import { clientOf, optionsOf, providerOf, seeder } from './grantor/app.js'
import { traffic } from './grantor/traffic.js'
import { listen } from './listening.js'
import { scope } from './terms.js'
import { textOf } from './wires.js'

/** `npm run bench -- --micro`: the functions that every request goes through, one by one, in this process alone. */

const storage = memoryStorage({ allowInProduction: true })
const listening = await listen()
const cookieOf = ({ headers }: IncomingMessage) => headers.cookie
const options = optionsOf(listening.origin, storage, cookieOf)
const context = readOptions(
  options,
  grantTypes.map(({ name }) => name),
)
const provider = providerOf(listening.origin, storage, cookieOf)
listening.answer(listener(provider))
const client = await clientOf(provider)
const running = { port: listening.port, origin: listening.origin, client }
const [live = {}, chain = {}] = await seeder('refresh', running)(2)

const fromWire = ({ method, path, headers, body = '' }: Wire): HttpRequest => ({
  method,
  url: path,
  headers: { get: (name) => headers[name.toLowerCase()] ?? null },
  text: async () => body,
})
/** Nobody asks for the session here. */
const host = {} as IncomingMessage

const access = textOf(live, 'access_token')
const secret = newSecret(context, 'refresh_token')
const refreshing = traffic.refresh()
const body = refreshing.request(chain).body ?? ''
const guard = provider.guard({ scope: 'project:read', project: () => 'alpha' })
const guarded = fromWire(traffic.guard().request(live))
const presented = readClient(null, parseForm(body))
const [held, asked] = [parseScope('project:write'), parseScope(scope)]
let seed = chain

const bench = new Bench({ time: 500 })
bench
  .add('digest', () => digest('access_token', access))
  .add('newSecret', () => newSecret(context, 'access_token'))
  .add('readSecret', () => readSecret(context, 'access_token', access))
  .add('derive', () => derive(secret, 'refresh_token:salt'))
  .add('parseForm', () => parseForm(body))
  .add('readClient', () => readClient(null, parseForm(body)))
  .add('parseScope', () => parseScope(scope))
  .add('covers', () => covers(held, asked, context.implied))
  .add('intersectScope', () => intersectScope(asked, held, context.implied))
  .add('authenticate', async () => {
    await authenticateBeside(context, null, presented, () => {})
  })
  .add('guard', async () => {
    const result = await guard(guarded, host)
    if (!result.ok) throw new Error(`${result.response.status}`)
  })
  .add('refresh', async () => {
    const answer = await provider.handle(fromWire(refreshing.request(seed)), host)
    if (answer === null) throw new Error('no answer')
    const { status, body } = answer
    seed = refreshing.next(seed, { status, headers: {}, body }).seed ?? seed
  })

await bench.run()
for (const { name, result } of bench.tasks) {
  if (!('latency' in result)) throw new Error(`${name}: ${JSON.stringify(result)}`)
  const { p50, p99 } = result.latency
  const each = `${((p50 ?? 0) * 1e6).toFixed(0)} ns`
  console.log(`${name.padEnd(16)}${each.padStart(12)}   p99 ${((p99 ?? 0) * 1e6).toFixed(0)} ns`)
}
await context.activity.flush()
await provider.close()
await listening.close()
