import { memoryThrottle, type OAuthError, type ReadDevice } from 'grantor'
import { describe, expect, it } from 'vitest'
import { deviceClient, deviceCodes, poll, told } from '../support/device.js'
import { register } from '../support/flow.js'
import { type TestOptions, type TestProvider, testProvider } from '../support/provider.js'

/** A host that draws the device page itself, at an address of its own. */
async function headless(options: TestOptions = {}) {
  const box = testProvider({
    pages: null,
    interaction: (id) => `/connect?request=${id}`,
    deviceFlow: { page: 'https://app.example/activate' },
    ...options,
  })
  const client = await register(box, deviceClient)
  return { box, client, codes: await deviceCodes(box, client) }
}

type Devices = TestProvider['provider']['device']

/** The proof that a page was seen. */
function proofOf({ step, view }: ReadDevice) {
  if (step === 'done') throw new Error('nothing to decide')
  return { csrf: view.csrf }
}

/** A browser as the host sees it: a request with whatever cookie it was given. */
async function visit(device: Devices, person: string | null) {
  const headers: Record<string, string> = person === null ? {} : { 'x-user': person }
  const empty = new Request('https://app.example/activate', { headers })
  const first = await device.read(empty, empty, '')
  const request = new Request(empty, { headers: { ...headers, cookie: first.cookie?.split(';')[0] ?? '' } })
  return { request, first, entering: proofOf(first) }
}

const reasonOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'nothing',
    (error: OAuthError) => error.reason,
  )

const approval = { scope: ['project:read'], projects: ['alpha'], keepAlive: false, label: 'den' }

describe('a host that draws the device page itself', () => {
  it('asks for the code, claims it, shows what is asked, and approves', async () => {
    const { box, client, codes } = await headless()
    const { device } = box.provider
    const { request, first, entering } = await visit(device, 'alice')
    expect(first).toEqual({
      step: 'code',
      cookie: expect.stringMatching(/^__Host-grantor=.*HttpOnly/),
      view: {
        csrf: expect.stringMatching(/^[\w-]{43}$/),
        person: { subject: 'alice', name: 'alice@acme.example' },
        switchAccount: null,
        code: '',
        linked: false,
        problem: null,
      },
    })
    const linked = await device.read(request, request, codes.user_code)
    expect(linked).toMatchObject({ step: 'code', cookie: null, view: { code: codes.user_code, linked: true } })
    const claimed = await device.claim(request, request, codes.user_code.toLowerCase(), entering)
    expect(claimed).toEqual({ code: codes.user_code })

    const shown = await device.read(request, request, claimed.code)
    expect(shown).toMatchObject({
      step: 'decision',
      view: {
        code: codes.user_code,
        client: { id: client.client_id, name: 'Acme CLI' },
        from: { address: null, agent: null, near: null },
        person: { subject: 'alice' },
        resources: ['Acme API'],
        keepAlive: true,
        problem: null,
        last: null,
      },
    })
    if (shown.step !== 'decision') throw new Error(shown.step)
    const { csrf } = shown.view
    expect(await device.approve(request, request, codes.user_code, { ...approval, projects: [], csrf })).toEqual({
      problem: 'project_missing',
    })
    expect(await device.approve(request, request, codes.user_code, { ...approval, csrf })).toEqual({
      decision: 'approved',
    })
    expect(await device.read(request, request, codes.user_code)).toMatchObject({
      step: 'done',
      view: { outcome: 'device' },
    })
    expect((await poll(box, client, codes.device_code)).body).toMatchObject({ scope: 'project:read' })
  })

  it('denies', async () => {
    const { box, client, codes } = await headless()
    const { device } = box.provider
    const { request, entering } = await visit(device, 'alice')
    await device.claim(request, request, codes.user_code, entering)
    const proof = proofOf(await device.read(request, request, codes.user_code))
    expect(await device.deny(request, request, codes.user_code, proof)).toEqual({ decision: 'denied' })
    expect(told(await poll(box, client, codes.device_code))).toBe('400 access_denied')
    expect(await reasonOf(device.approve(request, request, codes.user_code, { ...approval, ...proof }))).toBe(
      'interaction.finished',
    )
  })

  it('reads another part of the projects', async () => {
    const { box, codes } = await headless()
    const { device } = box.provider
    const { request, entering } = await visit(device, 'alice')
    await device.claim(request, request, codes.user_code, entering)
    const shown = await device.read(request, request, codes.user_code, { search: 'bet' })
    expect(shown).toMatchObject({
      view: { projects: { options: [{ id: 'beta' }], list: { search: 'bet', found: 1 } } },
    })
  })

  it('is told in stable names why a code was not taken', async () => {
    const { box, client, codes } = await headless()
    const { device } = box.provider
    const alice = await visit(device, 'alice')
    const bob = await visit(device, 'bob')
    const claim = ({ request, entering }: typeof alice, code: string) => device.claim(request, request, code, entering)
    expect(await reasonOf(claim(alice, 'BBBB-BBBB'))).toBe('user_code.unknown')
    expect(await reasonOf(claim(alice, 'nonsense'))).toBe('user_code.unknown')
    await claim(alice, codes.user_code)
    expect(await reasonOf(claim(bob, codes.user_code))).toBe('user_code.taken')
    const other = await deviceCodes(box, client)
    box.clock.advance(600)
    expect(await reasonOf(claim(bob, other.user_code))).toBe('user_code.expired')
  })

  it('S-036 is told when a value is not that of the browser and the page', async () => {
    const { box, codes } = await headless()
    const { device } = box.provider
    const { request, entering } = await visit(device, 'alice')
    const { entering: theirs } = await visit(device, 'alice')
    const { csrf } = entering
    expect(await reasonOf(device.claim(request, request, codes.user_code, { csrf: '' }))).toBe('csrf.mismatch')
    expect(await reasonOf(device.claim(request, request, codes.user_code, theirs))).toBe('csrf.mismatch')
    expect(
      await reasonOf(device.claim(new Request(request, { headers: { 'x-user': 'alice' } }), request, '', theirs)),
    ).toBe('interaction.other_browser')
    await device.claim(request, request, codes.user_code, { csrf })
    expect(await reasonOf(device.approve(request, request, codes.user_code, { ...approval, csrf }))).toBe(
      'csrf.mismatch',
    )
    expect(await reasonOf(device.deny(request, request, codes.user_code, { csrf }))).toBe('csrf.mismatch')
  })

  it('is told when nobody is signed in', async () => {
    const { box } = await headless()
    expect(await reasonOf(visit(box.provider.device, null))).toBe('session.missing')
  })

  it('DEV-04 counts wrong codes by where they come from, and writes that down', async () => {
    const limits = { user_code: { most: 2, seconds: 600 } }
    const { box, codes } = await headless({ throttle: memoryThrottle({ limits }), address: () => '203.0.113.7' })
    const { device } = box.provider
    const alice = await visit(device, 'alice')
    const bob = await visit(device, 'bob')
    await device.claim(alice.request, alice.request, codes.user_code, alice.entering)
    const guess = ({ request, entering }: typeof alice) =>
      reasonOf(device.claim(request, request, 'BBBB-BBBB', entering))
    const unknown = 'user_code.unknown'
    expect([await guess(alice), await guess(bob), await guess(bob)]).toEqual([unknown, unknown, 'throttle.exceeded'])
    const proof = proofOf(await device.read(alice.request, alice.request, codes.user_code))
    await device.deny(alice.request, alice.request, codes.user_code, proof)
    expect(box.events.at(-1)).toMatchObject({ type: 'device.denied', address: '203.0.113.7' })
  })
})
