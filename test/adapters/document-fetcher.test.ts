import { createServer as createPlainServer } from 'node:http'
import { createServer, type Server } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import type { DocumentRequest } from 'grantor'
import { type DocumentFetcherOptions, documentFetcher, type HostAddress } from 'grantor/node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { newAuthority } from '../support/certificates.js'

const authority = newAuthority()
const document = '{"client_id":"x"}'

interface Seen {
  readonly url: string | undefined
  readonly headers: Readonly<Record<string, unknown>>
}

let server: Server
let port = 0
/** Connections, and requests on them. */
let connections = 0
const seen: Seen[] = []
type Answer = Parameters<typeof createServer>[1]
let answer: Answer

beforeAll(async () => {
  server = createServer(authority.issue('client.example', 'localhost', '127.0.0.1', '::1'), (req, res) => {
    seen.push({ url: req.url, headers: req.headers })
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
  connections = 0
  seen.length = 0
  answer = undefined
})

const json: Answer = (_req, res) => void res.setHeader('content-type', 'application/json').end(document)
const asked = (changes: Partial<DocumentRequest> = {}): DocumentRequest => ({
  accept: 'application/json',
  etag: null,
  maxBytes: 5_120,
  loopback: false,
  signal: new AbortController().signal,
  ...changes,
})
const at =
  (...addresses: readonly string[]) =>
  async (): Promise<readonly HostAddress[]> =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

/** As a provider in production has it, but for a resolver that answers what a test says. */
const strict = (addresses: readonly string[], options: DocumentFetcherOptions = {}) =>
  documentFetcher({ ca: authority.ca, lookup: at(...addresses), ...options })
/** As in development: the way to the listener of these tests. */
const local = (options: DocumentFetcherOptions = {}) => strict(['127.0.0.1'], { allowLoopback: true, ...options })
const reachable = asked({ loopback: true })
const url = (path = '/client', host = 'client.example') => `https://${host}:${port}${path}`

/** What a system says when there is no way to somewhere. */
const failure = /ECONN|ENET|EHOST|EPROTO|SSL|timeout|in time|aborted|hang up|disconnected/

describe('documentFetcher', () => {
  it('CIM-10 CIM-14 asks with GET, and with nothing that tells who asks', async () => {
    answer = json
    const { status, headers, body } = await local()(url('/client?x=1'), reachable)
    expect([status, headers.get('Content-Type'), new TextDecoder().decode(body)]).toEqual([
      200,
      'application/json',
      document,
    ])
    expect(headers.get('etag')).toBeNull()
    expect(seen).toEqual([
      {
        url: '/client?x=1',
        headers: {
          accept: 'application/json',
          'accept-encoding': 'identity',
          connection: 'close',
          host: `client.example:${port}`,
        },
      },
    ])
  })

  it('CIM-19 asks whether what is known still holds', async () => {
    answer = (_req, res) => void res.writeHead(304, { etag: '"one"' }).end()
    const { status, headers, body } = await local()(url(), asked({ loopback: true, etag: '"one"' }))
    expect([status, headers.get('etag'), body.byteLength]).toEqual([304, '"one"', 0])
    expect(seen[0]?.headers['if-none-match']).toBe('"one"')
  })

  it('CIM-12 goes to the address that was looked up, by the name that was asked for', async () => {
    answer = json
    await expect(local()(url('/c', 'other.example'), reachable)).rejects.toThrow(/altnames/)
    await expect(local({ ca: newAuthority().ca })(url(), reachable)).rejects.toThrow(/certificate/)
    expect(seen).toEqual([])
    expect((await local()(url(), reachable)).status).toBe(200)
  })

  it('CIM-12 trusts no certificate because the environment says so', async () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    try {
      answer = json
      await expect(local({ ca: newAuthority().ca })(url(), reachable)).rejects.toThrow(/certificate/)
      expect(seen).toEqual([])
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    }
  })

  it('CIM-13 goes to loopback when both the host and the provider say so, and not when only one does', async () => {
    answer = json
    for (const host of ['client.example', 'localhost', '127.0.0.1']) {
      expect((await local()(url('/', host), reachable)).status).toBe(200)
      await expect(local()(url('/', host), asked())).rejects.toThrow(/address/)
      await expect(strict(['127.0.0.1'])(url('/', host), reachable)).rejects.toThrow(/address/)
    }
    expect(seen).toHaveLength(3)
  })

  it('finds localhost by the system’s resolver', async () => {
    answer = json
    const fetch = documentFetcher({ allowLoopback: true, ca: authority.ca })
    expect((await fetch(url('/', 'localhost'), reachable)).status).toBe(200)
  })
})

describe('where it does not go', () => {
  it.each([
    ['S-140 to the metadata service', ['169.254.169.254']],
    ['S-140 to this machine', ['127.0.0.1']],
    ['S-140 to this machine by IPv6', ['::1']],
    ['to this machine by another address of it', ['127.0.0.2']],
    ['to this machine by no address at all', ['0.0.0.0']],
    ['to a private network', ['10.0.0.1']],
    ['S-142 when one answer is public and another one is not', ['93.184.216.34', '127.0.0.1']],
    ['S-142 when A is public and AAAA is this machine', ['93.184.216.34', '::1']],
    ['S-142 in the other order', ['::1', '93.184.216.34']],
    ['S-143 to IPv4 in IPv6', ['::ffff:127.0.0.1']],
    ['S-143 to IPv4 behind NAT64', ['64:ff9b::7f00:1']],
    ['S-143 to IPv4 behind a NAT64 of their own', ['64:ff9b:1::7f00:1']],
    ['S-143 to IPv4 behind 6to4', ['2002:7f00:1::']],
    ['to Teredo', ['2001:0:53aa:64c:0:fbff:80ff:fffe']],
    ['to what is no address', ['client.example']],
    ['when there is no address', []],
  ])('CIM-11 %s', async (_name, addresses) => {
    answer = json
    await expect(strict(addresses)(url(), asked())).rejects.toThrow(/address/)
    // What development allows is two addresses of this machine, and nothing else.
    const others = [...addresses.filter((address) => !['127.0.0.1', '::1'].includes(address)), '10.0.0.1']
    await expect(local({ lookup: at(...others) })(url(), reachable)).rejects.toThrow(/address/)
    expect([connections, seen]).toEqual([0, []])
  })

  it.each([
    '127.0.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '017700000001',
    '127.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '93.184.216.34',
  ])('CIM-06 S-144 to the address %s, which no resolver would be asked about', async (host) => {
    answer = json
    const asks: string[] = []
    const lookup = async (name: string) => {
      asks.push(name)
      return [{ address: '127.0.0.1', family: 4 }]
    }
    await expect(documentFetcher({ ca: authority.ca, lookup })(url('/', host), asked())).rejects.toThrow(/address/)
    expect([asks, connections]).toEqual([[], 0])
  })

  it('CIM-12 S-141 after the resolver has changed its mind: it is asked once', async () => {
    answer = json
    const answers = [['192.0.2.1'], ['127.0.0.1']]
    let asks = 0
    const lookup = async () => at(...(answers[asks++] ?? ['127.0.0.1']))()
    await expect(documentFetcher({ ca: authority.ca, lookup })(url(), asked())).rejects.toThrow(/not public/)
    expect([asks, connections]).toEqual([1, 0])

    // Now the first answer is a public address, at which nobody answers from here.
    asks = 0
    answers[0] = ['203.0.112.1']
    const patience = AbortSignal.timeout(3_000)
    await expect(documentFetcher({ ca: authority.ca, lookup })(url(), asked({ signal: patience }))).rejects.toThrow(
      failure,
    )
    expect([asks, connections, seen]).toEqual([1, 0, []])
  })

  it('by http, nor by anything else', async () => {
    for (const scheme of ['http', 'ftp', 'wss']) {
      await expect(local()(`${scheme}://client.example:${port}/`, reachable)).rejects.toThrow(/https/)
    }
    expect(connections).toBe(0)
  })

  it.each([301, 302, 303, 307, 308])('CIM-10 S-145 after a redirect with %i', async (status) => {
    answer = (req, res) =>
      req.url === '/client' ? res.writeHead(status, { location: url('/internal') }).end('x') : json?.(req, res)
    const response = await local()(url(), reachable)
    expect([response.status, response.body.byteLength]).toEqual([status, 0])
    expect(seen.map((one) => one.url)).toEqual(['/client'])
  })

  it('CIM-12 S-157 through a proxy of the environment', async () => {
    answer = json
    let proxied = 0
    const proxy = createPlainServer().on('connection', () => {
      proxied += 1
    })
    await new Promise<void>((done) => {
      proxy.listen(0, '127.0.0.1', done)
    })
    const place = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY']
    const before = names.map((name) => process.env[name])
    for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : place
    try {
      expect((await local()(url(), reachable)).status).toBe(200)
      expect([proxied, connections]).toEqual([0, 1])
    } finally {
      names.forEach((name, index) => {
        const value = before[index]
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
      })
      proxy.close()
    }
  })
})

describe('how much it takes', () => {
  it('CIM-14 S-146 exactly as much as was asked for', async () => {
    answer = (_req, res) => void res.end('x'.repeat(100))
    expect((await local()(url(), asked({ loopback: true, maxBytes: 100 }))).body.byteLength).toBe(100)
    await expect(local()(url(), asked({ loopback: true, maxBytes: 99 }))).rejects.toThrow(/larger than 99/)
  })

  it('CIM-14 S-146 and hangs up when it gets more, whatever was announced', async () => {
    let sent = 0
    const gone = new Promise<void>((done) => {
      answer = (_req, res) => {
        res.on('close', done)
        const more = () => {
          while (!res.destroyed && res.write('x'.repeat(1024))) sent += 1024
          if (!res.destroyed) res.once('drain', more)
        }
        more()
      }
    })
    await expect(local()(url(), reachable)).rejects.toThrow(/larger than 5120/)
    await gone
    expect(sent).toBeLessThan(10_000_000)
  })

  it('CIM-14 S-146 nothing that is compressed', async () => {
    answer = (_req, res) => void res.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(1_000_000)))
    await expect(local()(url(), reachable)).rejects.toThrow(/compressed/)
  })

  it('CIM-15 S-146 nothing that drips', async () => {
    const patience = new AbortController()
    const gone = new Promise<void>((done) => {
      answer = (_req, res) => {
        let drips = 0
        const timer = setInterval(() => {
          res.write('x')
          drips += 1
          if (drips === 10) patience.abort()
        }, 20)
        res.on('close', () => {
          clearInterval(timer)
          done()
        })
      }
    })
    await expect(local()(url(), asked({ loopback: true, signal: patience.signal }))).rejects.toThrow(/aborted/)
    await gone
  })

  it('CIM-15 no header without an end', async () => {
    const sockets: Socket[] = []
    const dripping = createTcpServer((socket) => void sockets.push(socket))
    await new Promise<void>((done) => {
      dripping.listen(0, '127.0.0.1', done)
    })
    const place = `https://client.example:${(dripping.address() as AddressInfo).port}/`
    await expect(local()(place, asked({ loopback: true, signal: AbortSignal.timeout(300) }))).rejects.toThrow(
      /timeout|aborted/,
    )
    await closed(dripping, sockets)
  })

  it('CIM-15 no connection that is not there after two seconds, nor a resolver that does not answer', async () => {
    const sockets: Socket[] = []
    const silent = createTcpServer((socket) => void sockets.push(socket))
    await new Promise<void>((done) => {
      silent.listen(0, '127.0.0.1', done)
    })
    const place = `https://client.example:${(silent.address() as AddressInfo).port}/`
    await expect(local()(place, asked({ loopback: true }))).rejects.toThrow(/in time/)
    await closed(silent, sockets)
    const lookup = () => new Promise<readonly HostAddress[]>(() => {})
    await expect(local({ lookup })(url(), asked({ signal: AbortSignal.timeout(100) }))).rejects.toThrow(/timeout/)
    await expect(local()(url(), asked({ loopback: true, signal: AbortSignal.abort() }))).rejects.toThrow(/aborted/)
    expect(connections).toBe(0)
  })

  it('leaves nothing behind that would keep a process alive, and no connection', async () => {
    answer = json
    await local()(url(), reachable)
    const open = () =>
      new Promise<number>((done) => {
        server.getConnections((_error, count) => done(count))
      })
    await expect.poll(open).toBe(0)
  })

  it('S-153 fails alike where nobody listens and where somebody does who speaks no TLS', async () => {
    const plain = createTcpServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'))
    await new Promise<void>((done) => {
      plain.listen(0, '127.0.0.1', done)
    })
    const speaking = (plain.address() as AddressInfo).port
    await expect(local()(`https://client.example:${speaking}/`, reachable)).rejects.toThrow(failure)
    plain.close()
    await expect(local()(`https://client.example:${speaking}/`, reachable)).rejects.toThrow(
      /ECONNREFUSED|refused|hang up/,
    )
  })
})

async function closed(listening: TcpServer, sockets: readonly Socket[]): Promise<void> {
  for (const socket of sockets) socket.destroy()
  await new Promise<void>((done) => {
    listening.close(() => done())
  })
}
