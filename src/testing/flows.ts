import type { ClientId } from '../records.js'
import type { Storage } from '../storage.js'
import { equal, ok } from './assert.js'
import { type Box, type BoxAnswer, boxed, type Connection, many, pair, together } from './box.js'
import type { FlowCase } from './flow-case.js'
import { deviceFlowCases } from './flows-device.js'

export type { FlowCase } from './flow-case.js'

const refresh = (box: Box, { clientId }: Pick<Connection, 'clientId'>, refreshToken: string) =>
  box.post('/oauth/token', { grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken })

const statuses = (answers: readonly BoxAnswer[]) => answers.map(({ status }) => status).sort((a, b) => a - b)

const text = (answer: BoxAnswer, member: string) => String(answer.body[member])

async function codeOnce(storage: Storage, peer?: Storage): Promise<void> {
  const boxes = pair(storage, peer)
  const { clientId } = await boxes[0].connect()
  const { code, verifier } = await boxes[0].authorize(clientId)
  const form = { grant_type: 'authorization_code', client_id: clientId, code, code_verifier: verifier }
  const answers = await together(boxes, (box) => box.post('/oauth/token', form))
  equal(statuses(answers), [200, ...Array<number>(many - 1).fill(400)], 'answers to parallel exchanges of one code')
  const refused = answers.filter(({ status }) => status !== 200).map((answer) => text(answer, 'error'))
  equal([...new Set(refused)], ['invalid_grant'], 'errors of the exchanges that lost')
}

async function codeReplayed(storage: Storage): Promise<void> {
  const box = boxed(storage)
  const { clientId } = await box.connect()
  const { code, verifier } = await box.authorize(clientId)
  const form = { grant_type: 'authorization_code', client_id: clientId, code, code_verifier: verifier }
  const first = await box.post('/oauth/token', form)
  equal((await box.post('/oauth/token', form)).body.error, 'invalid_grant', 'a code that comes again')
  equal(await box.call(text(first, 'access_token')), 401, 'the access token of a code that came again')
}

async function refreshConverges(storage: Storage, peer?: Storage): Promise<void> {
  const boxes = pair(storage, peer)
  const connection = await boxes[0].connect()
  const answers = await together(boxes, (box) => refresh(box, connection, connection.refreshToken))
  equal([...new Set(statuses(answers))], [200], 'answers to parallel refreshes with one token')
  const successors = [...new Set(answers.map((answer) => text(answer, 'refresh_token')))]
  equal(successors.length, 1, 'successors of one refresh token')
  equal((await refresh(boxes[1], connection, successors[0]!)).status, 200, 'a refresh with the successor')
}

async function reuseRevokes(storage: Storage): Promise<void> {
  const box = boxed(storage)
  const connection = await box.connect()
  const next = await refresh(box, connection, connection.refreshToken)
  await refresh(box, connection, text(next, 'refresh_token'))
  const replays = await together([box], () => refresh(box, connection, connection.refreshToken))
  equal([...new Set(statuses(replays))], [400], 'answers to a refresh token whose successor was spent')
  equal(await box.call(text(next, 'access_token')), 401, 'an access token of a grant that was replayed')
  const { items } = await box.provider.audit.list({ clientId: await clientOf(box, connection) })
  equal(items.filter(({ type }) => type === 'refresh_token.reused').length, 1, 'events of a token that was reused')
}

async function clientOf(box: Box, { clientId }: Connection) {
  const client = await box.provider.clients.find(clientId as ClientId)
  ok(client !== null, 'a registered client was not found')
  return client.id
}

async function revokeWins(storage: Storage, peer?: Storage): Promise<void> {
  const boxes = pair(storage, peer)
  const connection = await boxes[0].connect()
  const client = await clientOf(boxes[0], connection)
  const [answers] = await Promise.all([
    together(boxes, (box) => refresh(box, connection, connection.refreshToken)),
    boxes[1].provider.grants.revokeAll({ clientId: client }),
  ])
  for (const answer of answers.filter(({ status }) => status === 200)) {
    equal(await boxes[0].call(text(answer, 'access_token')), 401, 'an access token issued while its grant was revoked')
    equal(
      (await refresh(boxes[1], connection, text(answer, 'refresh_token'))).status,
      400,
      'a successor issued meanwhile',
    )
  }
  equal(await boxes[0].call(connection.accessToken), 401, 'an access token of a revoked grant')
}

async function revocationEndpoint(storage: Storage): Promise<void> {
  const box = boxed(storage)
  const connection = await box.connect()
  const form = { client_id: connection.clientId, token: connection.refreshToken }
  equal((await box.post('/oauth/revoke', form)).status, 200, 'the answer to a revocation')
  equal(await box.call(connection.accessToken), 401, 'an access token whose refresh token was revoked')
  equal((await box.post('/oauth/revoke', form)).status, 200, 'the answer to a second revocation')
}

async function idleEnds(storage: Storage): Promise<void> {
  const box = boxed(storage, { lifetimes: { refreshToken: 600, accessToken: 60 } })
  const connection = await box.connect()
  box.clock.now += 500
  const next = await refresh(box, connection, connection.refreshToken)
  box.clock.now += 500
  const last = await refresh(box, connection, text(next, 'refresh_token'))
  equal(last.status, 200, 'a refresh after two short breaks')
  box.clock.now += 601
  equal(
    (await refresh(box, connection, text(last, 'refresh_token'))).body.error,
    'invalid_grant',
    'a refresh after a long break',
  )
}

async function eventsTell(storage: Storage): Promise<void> {
  const box = boxed(storage)
  const connection = await box.connect()
  const client = await clientOf(box, connection)
  await refresh(box, connection, connection.refreshToken)
  await box.provider.grants.revokeAll({ clientId: client })
  const { items } = await box.provider.audit.list({ clientId: client })
  const story = ['client.registered', 'grant.created', 'token.issued', 'token.issued', 'grant.revoked']
  equal(
    items.map(({ type }) => type),
    story,
    'the audit log of one client',
  )
}

/**
 * What a provider has to be able to rely on, tried through the provider itself. A storage that passes `storageCases` passes these;
 * where it does not, they show what its users would see.
 */
export const flowCases: readonly FlowCase[] = [
  { id: 'flow.code_once', requirement: 'a code is exchanged once, however many try', run: codeOnce },
  { id: 'flow.code_replayed', requirement: 'a code that comes again ends its grant', run: codeReplayed },
  {
    id: 'flow.refresh_converges',
    requirement: 'parallel refreshes get one and the same successor',
    run: refreshConverges,
  },
  {
    id: 'flow.reuse_revokes',
    requirement: 'a refresh token that comes too late ends its grant, once',
    run: reuseRevokes,
  },
  {
    id: 'flow.revoke_wins',
    requirement: 'nothing survives a revocation, not even a refresh in flight',
    run: revokeWins,
  },
  {
    id: 'flow.revocation_endpoint',
    requirement: 'a revoked refresh token takes its access tokens along',
    run: revocationEndpoint,
  },
  { id: 'flow.idle_ends', requirement: 'use keeps a grant alive and idleness ends it', run: idleEnds },
  { id: 'flow.events_tell', requirement: 'every step is in the audit log, in order', run: eventsTell },
  ...deviceFlowCases,
]
