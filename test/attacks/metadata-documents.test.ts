import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import type { ClientId } from 'grantor'
import { documentFetcher, type HostAddress } from 'grantor/node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser, signIn } from '../support/browser.js'
import { newAuthority } from '../support/certificates.js'
import { documentOf } from '../support/documents.js'
import { authorize } from '../support/flow.js'
import { testProvider } from '../support/provider.js'

/** Somebody names a URL, and hopes that this server goes where only it can go. */

const authority = newAuthority()
const requests: (string | undefined)[] = []
let connections = 0
let server: Server
let port = 0
let answer: Parameters<typeof createServer>[1]

beforeAll(async () => {
  server = createServer(authority.issue('victim.example', 'localhost', '127.0.0.1'), (req, res) => {
    requests.push(req.url)
    answer?.(req, res)
  })
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  port = (server.address() as AddressInfo).port
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

afterEach(() => {
  requests.length = 0
  connections = 0
  answer = undefined
})

type Lookup = (hostname: string) => Promise<readonly HostAddress[]>

const at =
  (...addresses: readonly string[]): Lookup =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

/** What alice sees whom a link with this client id has brought to a provider, and how long she waits for it. */
async function visit(url: string, lookup: Lookup, { issuer = 'https://app.example', allowLoopback = false } = {}) {
  const fetch = documentFetcher({ ca: authority.ca, lookup, allowLoopback })
  const box = testProvider({ issuer, registration: { metadataDocuments: { fetch } } })
  const browser = openBrowser(box)
  await signIn(browser, 'alice')
  const client = {
    client_id: url,
    redirect_uris: ['https://evil.example/callback'],
    token_endpoint_auth_method: 'none',
  }
  const { page } = await authorize(browser, client)
  const [, reason, description] = /<code>([a-z_.]+)<\/code>: ([^<]*)/.exec(page.html) ?? []
  const stored = await box.storage.findClient(url as ClientId)
  return { seen: [page.status, reason, description], stays: page.url.startsWith(box.origin), stored }
}

const victim = () => `https://victim.example:${port}/client.json`
/** As a provider in development, which the listener of these tests can be reached from. */
const nearby = { issuer: 'http://127.0.0.1:3000', allowLoopback: true }
const unavailable = [400, 'client_document.unavailable', expect.stringContaining('could not be had')]

const well: typeof answer = (req, res) => {
  const { host = '' } = req.headers
  const document = documentOf(`https://${host}${req.url}`, { redirect_uris: ['https://evil.example/callback'] })
  res.setHeader('content-type', 'application/json').end(JSON.stringify(document))
}

describe('a client id that leads inside', () => {
  it.each([
    ['S-140 a host at the metadata service', at('169.254.169.254')],
    ['S-140 a host at this machine', at('127.0.0.1')],
    ['S-142 a public host that is here, too', at('93.184.216.34', '127.0.0.1')],
    ['S-142 a public host that is here by IPv6', at('93.184.216.34', '::1')],
    ['S-143 IPv4 in IPv6', at('::ffff:127.0.0.1')],
    ['S-143 NAT64', at('64:ff9b::7f00:1')],
    ['S-143 6to4', at('2002:7f00:1::')],
    ['a host that is nowhere', at()],
    [
      'a resolver that fails',
      async () => {
        throw new Error('SERVFAIL')
      },
    ],
  ] as [string, Lookup][])('%s: the same page for all, and nobody was called', async (_name, lookup) => {
    answer = well
    const { seen, stays, stored } = await visit(victim(), lookup)
    expect([seen, stays, stored]).toEqual([unavailable, true, null])
    expect([connections, requests]).toEqual([0, []])
  })

  it('S-141 a resolver that changes its mind: it is asked once', async () => {
    answer = well
    const answers = [['127.0.0.1'], ['93.184.216.34']]
    let asks = 0
    const { seen } = await visit(victim(), () => at(...(answers[asks++] ?? []))(''))
    expect([seen, asks, connections]).toEqual([unavailable, 1, 0])
  })

  it.each([
    '2130706433',
    '0x7f.1',
    '0x7f000001',
    '017700000001',
    '127.1',
    '127.0.0.1',
    '[::1]',
    '[::ffff:7f00:1]',
    'localhost',
  ])('S-144 the host %s', async (host) => {
    answer = well
    const { seen } = await visit(`https://${host}:${port}/client.json`, at('93.184.216.34'))
    expect(seen.slice(0, 2)).toEqual([400, 'client_document.client_id_url'])
    expect(connections).toBe(0)
  })
})

describe('a document that is a trap', () => {
  it('is well to begin with', async () => {
    answer = well
    const { seen, stored } = await visit(victim(), at('127.0.0.1'), nearby)
    expect([seen[1], stored?.registration, requests]).toEqual([undefined, 'metadata_document', ['/client.json']])
  })

  it.each([301, 302, 307, 308])('S-145 a redirect with %i is not followed', async (status) => {
    answer = (req, res) =>
      req.url === '/client.json'
        ? res.writeHead(status, { location: `https://localhost:${port}/inside` }).end()
        : well?.(req, res)
    const { seen } = await visit(victim(), at('127.0.0.1'), nearby)
    expect([seen, requests]).toEqual([unavailable, ['/client.json']])
  })

  it('S-146 a large one is not read to its end', async () => {
    let written = 0
    const ended = new Promise<void>((done) => {
      answer = (_req, res) => {
        res.setHeader('content-type', 'application/json')
        res.once('close', done)
        const more = () => {
          while (!res.destroyed && written < 10_000_000 && res.write('x'.repeat(1_000))) written += 1_000
          if (!res.destroyed && written < 10_000_000) res.once('drain', more)
        }
        more()
      }
    })
    expect((await visit(victim(), at('127.0.0.1'), nearby)).seen).toEqual(unavailable)
    await ended
    expect(written).toBeLessThan(10_000_000)
  })

  it('S-146 a compressed one is not unpacked', async () => {
    answer = (_req, res) =>
      res
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        .end(gzipSync('x'.repeat(10_000_000)))
    expect((await visit(victim(), at('127.0.0.1'), nearby)).seen).toEqual(unavailable)
  })

  it('S-146 one that drips is given up', async () => {
    answer = (_req, res) => {
      res.setHeader('content-type', 'application/json')
      const timer = setInterval(() => res.write(' '), 100)
      res.once('close', () => clearInterval(timer))
    }
    expect((await visit(victim(), at('127.0.0.1'), nearby)).seen).toEqual(unavailable)
  })

  it('S-153 a port that is closed, one that speaks no TLS, and one that answers 404 look the same', async () => {
    answer = (_req, res) => res.writeHead(404).end()
    const open = await visit(victim(), at('127.0.0.1'), nearby)
    const closed = await visit('https://victim.example:1/client.json', at('127.0.0.1'), nearby)
    const stranger = await visit(`https://other.example:${port}/client.json`, at('127.0.0.1'), nearby)
    const nowhere = await visit(victim(), at('10.0.0.1'), nearby)
    expect(new Set([open, closed, stranger, nowhere].map(({ seen }) => JSON.stringify(seen))).size).toBe(1)
    expect(open.seen).toEqual(unavailable)
  })
})
