import { expect } from 'vitest'
import type { Answer } from '../../support/flow.js'
import type { Message } from './messages.js'
import type { RevisionName } from './recorded-client.js'
import type { Endpoints, Sending } from './replay.js'
import type { Offered, ResourceDocument, ServerDocument, Way } from './revisions.js'

/** Where a client has come, what it was told on the way, and everything that it asked for. */
export interface Found extends Offered {
  readonly endpoints: Endpoints
  readonly asked: readonly string[]
}

const stringsOf = (value: unknown) => (Array.isArray(value) ? value.map(String) : [])

interface Site {
  readonly origin: string
  readonly ask: Sending
  readonly asked: string[]
  readonly version: RevisionName
}

/** Null: there is nothing there, and the client may go on. Anything but 404 would stop it. */
async function documentAt({ origin, ask, asked, version }: Site, url: string): Promise<Answer['body'] | null> {
  const { status, headers, body } = await ask(url, {
    headers: { accept: 'application/json', 'mcp-protocol-version': version },
  })
  asked.push(`${status} ${url.replace(origin, '')}`)
  expect([200, 404]).toContain(status)
  if (status === 404) return null
  expect(headers.get('content-type')).toMatch(/^application\/json/)
  return body
}

async function firstOf(site: Site, urls: readonly string[]): Promise<Answer['body'] | null> {
  for (const url of urls) {
    const found = await documentAt(site, url)
    if (found) return found
  }
  return null
}

const filled = (place: ResourceDocument | ServerDocument, { origin, pathname }: URL) =>
  `${origin}${place.replace('{path}', pathname === '/' ? '' : pathname)}`

const parameterOf = (challenge: string, name: string) => new RegExp(`[ ,]${name}="([^"]*)"`).exec(challenge)?.[1]

/** The issuer, as the document of the resource names it; the origin where there is none. */
async function issuerOf(site: Site, { resource }: Way, challenge: string): Promise<string> {
  const mcp = new URL('/mcp', site.origin)
  const named = parameterOf(challenge, 'resource_metadata')
  const urls = resource.flatMap((place) => (place === 'challenge' ? (named ?? []) : filled(place, mcp)))
  const found = await firstOf(site, urls)
  if (!found) return site.origin
  expect(found.resource).toBe(mcp.href)
  return String(stringsOf(found.authorization_servers)[0])
}

/** From a first message without a token to the endpoints, as clients that go this way do it. */
export async function discover(
  origin: string,
  ask: Sending,
  way: Way,
  version: RevisionName,
  { headers, body }: Message,
): Promise<Found> {
  const site: Site = { origin, ask, asked: [], version }
  const refused = await ask('/mcp', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify(body),
  })
  expect(refused.status).toBe(401)
  const challenge = refused.headers.get('www-authenticate') ?? ''
  const issuer = await issuerOf(site, way, challenge)
  const server = await firstOf(
    site,
    way.server.map((place) => filled(place, new URL(issuer))),
  )
  const challenged = parameterOf(challenge, 'scope') ?? ''
  if (!server) {
    const at = (path: string) => `${origin}${path}`
    const endpoints = { authorization: at('/authorize'), token: at('/token'), registration: at('/register') }
    return { endpoints, challenged, server: [], asked: site.asked }
  }
  // Without a document of the resource there was nothing to compare it with.
  if (issuer !== origin) expect(server.issuer).toBe(issuer)
  expect(server.code_challenge_methods_supported).toContain('S256')
  expect(server.authorization_response_iss_parameter_supported).toBe(true)
  return {
    endpoints: {
      authorization: String(server.authorization_endpoint),
      token: String(server.token_endpoint),
      registration: String(server.registration_endpoint),
    },
    challenged,
    server: stringsOf(server.scopes_supported),
    asked: site.asked,
  }
}
