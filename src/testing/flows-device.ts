import type { DeviceDecided } from '../interactions/device.js'
import type { ClientId } from '../records.js'
import type { Storage } from '../storage.js'
import { equal, ok } from './assert.js'
import { type Box, type BoxAnswer, pair, together } from './box.js'
import type { FlowCase } from './flow-case.js'

/** Devices that are let in (RFC 8628): the polls of one and the decision of another must never undo each other. */

const grantType = 'urn:ietf:params:oauth:grant-type:device_code'
const page = 'https://box.example/device'

interface Waiting {
  readonly clientId: string
  readonly deviceCode: string
  readonly userCode: string
}

/** A device that asks for its codes. */
async function startDevice(box: Box): Promise<Waiting> {
  const metadata = { grant_types: [grantType, 'refresh_token'], token_endpoint_auth_method: 'none' }
  const { client } = await box.provider.clients.register(metadata)
  const { body } = await box.post('/oauth/device_authorization', { client_id: client.id, scope: 'items:write' })
  return { clientId: client.id, deviceCode: String(body.device_code), userCode: String(body.user_code) }
}

const poll = (box: Box, { clientId, deviceCode }: Waiting): Promise<BoxAnswer> =>
  box.post('/oauth/token', { grant_type: grantType, client_id: clientId, device_code: deviceCode })

const told = ({ status, body }: BoxAnswer): string => (status === 200 ? 'tokens' : String(body.error))

interface Decider {
  readonly approve: (box: Box) => Promise<DeviceDecided>
  readonly deny: (box: Box) => Promise<DeviceDecided>
}

/** The person enters the code, and has the decision in front of them. */
async function claim(box: Box, { userCode }: Waiting): Promise<Decider> {
  const empty = new Request(page)
  const entered = await box.provider.device.read(empty, empty, '')
  const request = new Request(page, { headers: { cookie: entered.cookie?.split(';')[0] ?? '' } })
  ok(entered.step === 'code', 'the page for a code is not the first')
  await box.provider.device.claim(request, request, userCode, entered.view)
  const shown = await box.provider.device.read(request, request, userCode)
  ok(shown.step === 'decision', 'a code that was entered leads to no decision')
  const { csrf } = shown.view
  const approval = { csrf, scope: ['items:write'], projects: ['alpha'], keepAlive: true }
  return {
    approve: ({ provider }) => provider.device.approve(request, request, userCode, approval),
    deny: ({ provider }) => provider.device.deny(request, request, userCode, { csrf }),
  }
}

async function once(storage: Storage, peer?: Storage): Promise<void> {
  const boxes = pair(storage, peer)
  const waiting = await startDevice(boxes[0])
  equal(told(await poll(boxes[1], waiting)), 'authorization_pending', 'the answer before anybody has decided')
  await (await claim(boxes[0], waiting)).approve(boxes[1])
  const answers = await together(boxes, (box) => poll(box, waiting))
  const winners = answers.filter(({ status }) => status === 200)
  equal(winners.length, 1, 'polls at once that brought tokens')
  const refused = answers.filter(({ status }) => status !== 200).map(told)
  equal([...new Set(refused)], ['invalid_grant'], 'errors of the polls that lost')
  equal(await boxes[1].call(String(winners[0]?.body.access_token)), 200, 'the access token of a device')
}

async function oneEnd(storage: Storage, peer?: Storage): Promise<void> {
  const boxes = pair(storage, peer)
  const waiting = await startDevice(boxes[0])
  const { approve, deny } = await claim(boxes[0], waiting)
  const polls = together(boxes, (box) => poll(box, waiting))
  const ends = await together(boxes, (box, index) =>
    (index % 2 === 0 ? approve(box) : deny(box)).then(
      (decided) => ('decision' in decided ? decided.decision : decided.problem),
      () => null,
    ),
  )
  const decisions = [...new Set(ends.filter((end) => end !== null))]
  equal(decisions.length, 1, 'ends of approvals and refusals at once')
  const answers = [...(await polls), await poll(boxes[1], waiting)].map(told)
  equal(answers.filter((one) => one === 'tokens').length, decisions[0] === 'approved' ? 1 : 0, 'answers with tokens')
  const { items } = await boxes[0].provider.audit.list({ clientId: waiting.clientId as ClientId })
  const written = items.filter(({ type }) => type.startsWith('device.'))
  equal(written.length, 1, 'events of the decision')
}

async function inTime(storage: Storage, peer?: Storage): Promise<void> {
  const boxes = pair(storage, peer)
  const [one, other] = boxes
  const [early, late] = [await startDevice(one), await startDevice(one)]
  const deciders = [await claim(one, early), await claim(one, late)] as const
  one.clock.now += 599
  equal(await deciders[0].approve(other), { decision: 'approved' }, 'an approval in the last second')
  one.clock.now += 1
  equal(told(await poll(other, late)), 'expired_token', 'the answer when the time is over')
  const refused = await deciders[1].approve(one).then(
    () => false,
    () => true,
  )
  ok(refused, 'a device was let in that had been told that the time is over')
  one.clock.now += 6
  equal(told(await poll(other, early)), 'tokens', 'the answer to a device that was let in in the last second')
}

export const deviceFlowCases: readonly FlowCase[] = [
  {
    id: 'flow.device_once',
    requirement: 'a device that was let in gets tokens once, however often it asks',
    run: once,
  },
  { id: 'flow.device_one_end', requirement: 'a device is let in or turned away, and never both', run: oneEnd },
  {
    id: 'flow.device_in_time',
    requirement: 'what was approved in time reaches the device, and what comes later does not',
    run: inTime,
  },
]
