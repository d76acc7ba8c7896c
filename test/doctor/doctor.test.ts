import { createServer } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { run as runDoctor } from '../../doctor/cli.js'
import { examine } from '../../doctor/examine.js'
import { report } from '../../doctor/report.js'
import { startTestDemo } from '../support/demo.js'
import { type Break, type Broken, changed, startBroken } from './support.js'

const running: { readonly stop: () => unknown }[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop()
})

async function start(breakIt?: Break): Promise<Broken> {
  const broken = await startBroken(breakIt)
  running.push(broken)
  return broken
}

const idsOf = async ({ issuer }: Broken) =>
  (await examine(issuer, { resource: `${issuer}/mcp/projects/alpha/items` })).map(({ id }) => id)

const at =
  (path: string | RegExp, change: Parameters<typeof changed>[2]): Break =>
  (request, answer, body) => {
    const { pathname } = new URL(request.url)
    const here = typeof path === 'string' ? pathname === path : path.test(pathname)
    return here && request.method !== 'OPTIONS' ? changed(answer, body, change) : undefined
  }

const documents = /^\/\.well-known\/(oauth-authorization-server|openid-configuration)$/
const without = (name: string) => (json: Record<string, unknown>) => ({ ...json, [name]: undefined })

describe('the doctor', () => {
  it('finds nothing at the demo, and leaves nothing behind', async () => {
    const demo = await startTestDemo()
    running.push(demo)
    const findings = await examine(demo.issuer, { resource: `${demo.issuer}/mcp` })
    expect(report(demo.issuer, findings)).toBe(`${demo.issuer}: nothing found`)
  })

  it('finds nothing at a provider for a path below its resource but the resource itself', async () => {
    expect(await idsOf(await start())).toEqual(['resource.identifier'])
  })

  it.each<[fault: string, finding: string, breakIt: Break]>([
    [
      'another issuer in the document',
      'metadata.issuer',
      at(documents, { json: (json) => ({ ...json, issuer: `${json.issuer}/` }) }),
    ],
    ['no document for OAuth', 'metadata.oauth_path', at('/.well-known/oauth-authorization-server', { status: 404 })],
    [
      'a page in its place',
      'metadata.html',
      (request) =>
        new URL(request.url).pathname.endsWith('openid-configuration')
          ? new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } })
          : undefined,
    ],
    [
      'a document that only some may read',
      'metadata.cors',
      at(documents, { headers: { 'access-control-allow-origin': null } }),
    ],
    [
      'PKCE that is not advertised',
      'metadata.pkce',
      at(documents, { json: without('code_challenge_methods_supported') }),
    ],
    [
      'PKCE in one document only',
      'metadata.differs',
      at('/.well-known/openid-configuration', { json: without('code_challenge_methods_supported') }),
    ],
    [
      'public clients kept out',
      'metadata.public_clients',
      at(documents, { json: (json) => ({ ...json, token_endpoint_auth_methods_supported: ['client_secret_basic'] }) }),
    ],
    ['members that are null', 'metadata.empty', at(documents, { json: (json) => ({ ...json, jwks_uri: null }) })],
    [
      'an unknown client that gets invalid_grant',
      'token.unknown_client',
      (_request, answer, body) =>
        body.includes('"invalid_client"')
          ? changed(answer, body, { status: 400, json: (json) => ({ ...json, error: 'invalid_grant' }) })
          : undefined,
    ],
    ['errors as pages', 'token.errors_not_json', at('/oauth/token', { headers: { 'content-type': 'text/html' } })],
    [
      'errors that scripts cannot read',
      'cors.token_errors',
      at('/oauth/token', { headers: { 'access-control-allow-origin': null } }),
    ],
    [
      'preflights that are not answered',
      'cors.token',
      (request) => (request.method === 'OPTIONS' ? new Response(null, { status: 405 }) : undefined),
    ],
    [
      'registrations that are not echoed',
      'registration.echo',
      at('/oauth/register', { json: without('redirect_uris') }),
    ],
    [
      'a secret for public clients',
      'registration.secret_for_public',
      at('/oauth/register', { json: (json) => (json.client_id ? { ...json, client_secret: 'x' } : json) }),
    ],
    [
      'another method than was asked for',
      'registration.method_changed',
      at('/oauth/register', {
        json: (json) => (json.client_id ? { ...json, token_endpoint_auth_method: 'client_secret_basic' } : json),
      }),
    ],
    [
      'pages in frames',
      'authorization.framed',
      at('/oauth/authorize', { headers: { 'x-frame-options': null, 'content-security-policy': null } }),
    ],
    [
      'form-action in the policy',
      'authorization.form_action',
      at('/oauth/authorize', { headers: { 'content-security-policy': "frame-ancestors 'none'; form-action 'self'" } }),
    ],
    [
      'a challenge that does not say where to go',
      'resource.metadata_parameter',
      at(/^\/mcp/, { headers: { 'www-authenticate': 'Bearer' } }),
    ],
    [
      'a challenge with an error',
      'resource.error_without_token',
      at(/^\/mcp/, { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }),
    ],
    ['403 in place of 401', 'resource.unprotected', at(/^\/mcp/, { status: 403 })],
    [
      'iss that is promised and missing',
      'authorization.iss',
      (_request, answer, body) => {
        const location = answer.headers.get('location')
        return location?.includes('iss=')
          ? changed(answer, body, { headers: { location: location.replace(/&?iss=[^&]*/, '') } })
          : undefined
      },
    ],
    [
      'one port alone',
      'authorization.loopback_port',
      (request) =>
        request.url.includes('51004') ? new Response('{"error":"invalid_request"}', { status: 400 }) : undefined,
    ],
    [
      'an open redirect',
      'authorization.redirect_uri',
      (request) => {
        const target = new URL(request.url).searchParams.get('redirect_uri')
        return target?.includes('attacker') ? Response.redirect(`${target}?error=invalid_request`, 302) : undefined
      },
    ],
  ])('names %s', async (_, finding, breakIt) => {
    expect(await idsOf(await start(breakIt))).toContain(finding)
  })

  it('says when there is nothing to examine', async () => {
    const server = createServer((_, response) => response.writeHead(404).end())
    await new Promise<void>((done) => {
      server.listen(0, '127.0.0.1', done)
    })
    running.push({ stop: () => server.close() })
    const address = server.address()
    const issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    expect((await examine(issuer)).map(({ id }) => id)).toEqual(['metadata.missing'])
    expect((await examine('http://127.0.0.1:9', { milliseconds: 500 })).map(({ id }) => id)).toEqual([
      'metadata.missing',
    ])
  })
})

describe('its command line', () => {
  it('exits with 0, 1 or 2, and prints for people or for programs', async () => {
    const printed: string[] = []
    const run = (...args: string[]) => runDoctor(args, (text) => printed.push(text))
    const healthy = await start()
    const ill = await start(at(documents, { json: without('code_challenge_methods_supported') }))
    expect(await run('doctor', healthy.issuer)).toBe(0)
    expect(printed.pop()).toBe(`${healthy.issuer}: nothing found`)
    expect(await run('doctor', ill.issuer, '--json')).toBe(1)
    expect(JSON.parse(printed.pop() ?? '')).toMatchObject([{ id: 'metadata.pkce', severity: 'error' }])
    for (const args of [
      [],
      ['doctor'],
      ['doctor', 'nonsense'],
      ['doctor', healthy.issuer, '--made-up'],
      ['operate', healthy.issuer],
    ])
      expect(await run(...args)).toBe(2)
    expect(await run('--help')).toBe(0)
  })

  it('registers nothing when told not to', async () => {
    const { issuer, box } = await start()
    expect(await runDoctor(['doctor', issuer, '--no-register'], () => {})).toBe(0)
    expect((await box.provider.clients.list()).items).toEqual([])
  })
})
