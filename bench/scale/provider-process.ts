import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sendHttpResponse, toHttpRequest } from 'grantor/node'
import { memoryStorage } from 'grantor/storage/memory'
import type { Plan, Questions } from './child.js'
import { type Connection, hostOn, type Machine } from './host.js'
import { openDatabase } from './postgres.js'

/** An API and its provider, over HTTP. It ends when its parent hangs up. */
const { postgres, settings = {} } = JSON.parse(process.argv[2] ?? '{}') as Plan

let ahead = 0
const now = () => Date.now() / 1000 + ahead
const storage = postgres ? openDatabase(postgres).storage : memoryStorage()
let faults = 0
const onError = () => {
  faults += 1
}
const { provider, request: host, register, machine, connect } = hostOn(storage, { ...settings, onError, now })
const guard = provider.guard({ scope: 'items:write', project: () => 'alpha' })

const server = createServer(async (incoming, response) => {
  const request = toHttpRequest(incoming)
  const answer = await provider.handle(request, host)
  if (answer) return sendHttpResponse(response, answer)
  const result = await guard(request, host)
  if (!result.ok) return sendHttpResponse(response, result.response)
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ subject: result.access.subject }))
})

const atOnce = 8

/** So many of something, a few at a time. */
async function many<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = []
  let next = 0
  const work = async () => {
    while (next < count) {
      next += 1
      made.push(await make(next - 1))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return made
}

/** Clients that the host has registered stay until it deletes them: the next to connect are of the same. */
const owners: Machine[] = []

const questions: Questions = {
  async connect({ clients, each }) {
    owners.push(...(await many<Machine>(clients - owners.length, register)))
    return many<Connection>(clients * each, (index) => connect(owners[index % clients] ?? owners[0]!))
  },
  machines: (count) => many(count, machine),
  async usage() {
    await provider.close()
    globalThis.gc?.()
    const { user, system } = process.cpuUsage()
    return { cpuMs: (user + system) / 1000, heap: process.memoryUsage().heapUsed }
  },
  async advance(seconds) {
    ahead += seconds
  },
  async purge() {
    const { tokens, grants, clients, events } = await provider.purge(1_000_000)
    return tokens + grants + clients + events
  },
  async faults() {
    const counted = faults
    faults = 0
    return counted
  },
}

interface Message {
  readonly id: number
  readonly name: keyof Questions
  readonly argument: never
}

process.on('message', ({ id, name, argument }: Message) => {
  questions[name](argument).then(
    (value) => process.send?.({ id, value }),
    (fault: unknown) => process.send?.({ id, fault: String(fault) }),
  )
})
process.once('disconnect', () => process.exit(0))
// More than Linux would let wait by default, so that connections are made as fast as they come.
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () =>
  process.send?.((server.address() as AddressInfo).port),
)
