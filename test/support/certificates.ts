import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'

/** X.509 by hand (RFC 5280), as little of it as a TLS client looks at. */

type Bytes = Buffer

function der(tag: number, ...parts: readonly Bytes[]): Bytes {
  const body = Buffer.concat(parts)
  const size = body.length
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}

const sequence = (...parts: readonly Bytes[]) => der(0x30, ...parts)
const bits = (bytes: Bytes) => der(0x03, Buffer.from([0]), bytes)
const octets = (bytes: Bytes) => der(0x04, bytes)
const yes = der(0x01, Buffer.from([0xff]))
const time = (at: Date) => der(0x17, Buffer.from(`${at.toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`))

function oid(text: string): Bytes {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  const base128 = (number: number): number[] =>
    number < 128 ? [number] : [...base128(number >> 7).map((byte) => byte | 128), number & 127]
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'))
const nameOf = (text: string) => sequence(der(0x31, sequence(oid('2.5.4.3'), der(0x0c, Buffer.from(text)))))
const extension = (id: string, value: Bytes, critical = false) =>
  sequence(oid(id), ...(critical ? [yes] : []), octets(value))

/** An address in its shortest form as bytes; only IPv4 and `::1` are needed. */
const addressBytes = (address: string) =>
  Buffer.from(isIP(address) === 4 ? address.split('.').map(Number) : [...Array<number>(15).fill(0), 1])

const alternativeNames = (hosts: readonly string[]) =>
  sequence(...hosts.map((host) => (isIP(host) ? der(0x87, addressBytes(host)) : der(0x82, Buffer.from(host)))))

const day = 86_400_000

interface Subject {
  readonly name: string
  readonly key: KeyObject
  readonly extensions: readonly Bytes[]
}

function certificate({ name, key, extensions }: Subject, issuer: { readonly name: string; readonly key: KeyObject }) {
  const validity = sequence(time(new Date(Date.now() - day)), time(new Date(Date.now() + day)))
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    nameOf(issuer.name),
    validity,
    nameOf(name),
    key.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  )
  const signed = sequence(content, ecdsaWithSha256, bits(sign('sha256', content, issuer.key)))
  const lines = signed.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })

export interface Authority {
  /** What a client has to trust. */
  readonly ca: string
  /** A certificate for these names and addresses, for `createServer` of `node:https`. */
  readonly issue: (...hosts: readonly string[]) => { readonly cert: string; readonly key: string }
}

/** A certificate authority of its own, for one run. */
export function newAuthority(name = 'Test authority'): Authority {
  const own = newKeys()
  const constraints = extension('2.5.29.19', sequence(yes), true)
  const issuer = { name, key: own.privateKey }
  return {
    ca: certificate({ name, key: own.publicKey, extensions: [constraints] }, issuer),
    issue: (...hosts) => {
      const keys = newKeys()
      const names = extension('2.5.29.17', alternativeNames(hosts))
      return {
        cert: certificate({ name: hosts[0] ?? '', key: keys.publicKey, extensions: [names] }, issuer),
        key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      }
    },
  }
}
