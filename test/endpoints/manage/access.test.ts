import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { send } from '../../support/flow.js'
import { as, managed, newClient } from './support.js'

const box = managed()
const alice = as('alice', box)
const signedIn = { 'x-user': 'alice' }
const json = { 'content-type': 'application/json' }
const clients = '/oauth/manage/clients'

const registerWith = (headers: Record<string, string>, name: string) =>
  send(box, clients, { method: 'POST', headers, body: JSON.stringify(newClient(name)) })

describe('who may look after clients in JSON', () => {
  it('nobody is not somebody', async () => {
    const answer = await send(box, clients)
    expect([answer.status, answer.body.error, answer.headers.get('www-authenticate')]).toEqual([
      401,
      'access_denied',
      'Bearer',
    ])
    expect((await send(box, clients, { method: 'POST', headers: json, body: '{}' })).status).toBe(401)
  })

  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling of this site', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'https://evil.example' }],
  ])('a script of %s does not act for whoever is signed in', async (_, headers) => {
    const answer = await registerWith({ ...signedIn, ...json, ...headers }, 'Foreign')
    expect([answer.status, answer.body.error]).toEqual([403, 'access_denied'])
    expect((await send(box, clients, { headers: { ...signedIn, ...headers } })).status).toBe(403)
  })

  it.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data'])(
    'a form of another site cannot be sent as %s, in whichever browser',
    async (type) => {
      const path = `${clients}/client_x/disable`
      const bare = { ...signedIn, 'content-type': type }
      expect((await registerWith(bare, 'Form')).status).toBe(403)
      expect((await send(box, path, { method: 'POST', headers: bare })).status).toBe(403)
      expect((await send(box, path, { method: 'POST', headers: signedIn })).status).toBe(403)
      const own = { ...bare, origin: 'https://app.example' }
      expect((await registerWith(own, 'Form')).status).toBe(400)
    },
  )

  it('JSON cannot be sent by a form, and PUT, PATCH and DELETE neither', async () => {
    expect((await registerWith({ ...signedIn, ...json }, 'A script')).status).toBe(201)
    expect((await send(box, `${clients}/client_x`, { method: 'DELETE', headers: signedIn })).status).toBe(404)
  })

  it('CORS-04 CORS-05 no other origin is let in, and asking first is of no use', async () => {
    const answer = await send(box, clients, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } })
    expect(answer.status).toBe(405)
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
  })

  it('a bad token is bad, whoever is signed in beside it', async () => {
    const headers = { ...signedIn, authorization: 'Bearer nonsense' }
    const answer = await send(box, clients, { headers })
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_token'])
    expect((await send(box, clients, { headers: { ...signedIn, authorization: 'Bearer' } })).status).toBe(400)
  })

  it('another kind of Authorization, as a proxy wants it, is nothing to do with it', async () => {
    expect((await send(box, clients, { headers: { ...signedIn, authorization: 'Basic eDp5' } })).status).toBe(200)
  })

  it('GEN-12 other methods are 405, a body that is too large 413, other paths nobody’s', async () => {
    const wrong = await alice('DELETE', '/clients')
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, POST'])
    expect((await alice('POST', '/clients', { client_name: 'x'.repeat(70_000) })).status).toBe(413)
    for (const path of [
      '/oauth/manage',
      '/oauth/manage/clients/a/b',
      '/oauth/manage/clients//secret',
      '/oauth/manage/clients/%',
    ])
      expect((await send(box, path, { headers: signedIn })).status).toBe(404)
  })

  it('an id may hold anything, once it is encoded', async () => {
    const id = encodeURIComponent('https://client.example/metadata.json')
    expect((await alice('GET', `/clients/${id}`)).body).toMatchObject({ error_description: 'no such application' })
  })

  it('is below the path of an issuer that has one', async () => {
    const below = managed({ issuer: 'https://app.example/t1' })
    expect((await send(below, '/t1/oauth/manage/clients', { headers: signedIn })).status).toBe(200)
    expect((await send(below, '/oauth/manage/clients', { headers: signedIn })).status).toBe(404)
  })

  it('DCR-02 S-138 nothing that is sent is a fault of ours', async () => {
    const { body } = await alice('POST', '/clients', newClient('Fuzzed'))
    const name = fc.constantFrom(
      'client_name',
      'redirect_uris',
      'policy',
      'account_id',
      'version',
      'overlap',
      'scope',
      'projects',
      'jwks',
      '__proto__',
    )
    const sent = fc.oneof(fc.jsonValue(), fc.dictionary(name, fc.jsonValue()))
    await fc.assert(
      fc.asyncProperty(sent, fc.constantFrom('POST', 'PATCH', 'PUT') as fc.Arbitrary<'POST'>, async (value, method) => {
        const path = method === 'POST' ? '/clients' : `/clients/${String(body.client_id)}`
        const answers = [await alice(method, path, value), await alice('POST', `${path}/secret`, value)]
        for (const { status } of answers) expect(status).toBeLessThan(500)
      }),
      { numRuns: 200 },
    )
    expect(box.errors).toEqual([])
  })

  it('is 503 while storage is down', async () => {
    const site = managed()
    site.storage.inject({ method: 'listClients', how: 'throw' })
    expect((await as('alice', site)('GET', '/clients')).status).toBe(503)
  })
})

describe('the administrator’s scope', () => {
  it.each([
    [{ scope: 'project:read' }, /must be sensitive/],
    [{ scope: 'nothing' }, /unknown scope/],
    [{ scope: 'project:admin' }, /say which resource/],
    [{ scope: 'project:admin', resource: 'https://app.example/other' }, /not among the resources/],
    [{ scope: 'project:admin', more: 1 }, /unknown option admin.more/],
  ])('%o is refused at boot', (admin, message) => {
    expect(() => managed({ admin: admin as never })).toThrow(message)
  })

  it('is not for a resource of each project: an administrator acts on none in particular', () => {
    const resources = { 'https://app.example/api/{project}': { name: 'Acme API' } }
    expect(() => managed({ resources, admin: { scope: 'project:admin' } })).toThrow(/without \{project\}/)
  })
})
