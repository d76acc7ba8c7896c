import * as fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, it } from 'vitest'
import { isLoopbackAddress, isPublicAddress } from '../../adapters/http/public-address.js'

/** The registries that RFC 6890 began, as far as anything in them must not be reached. */
const special = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '255.255.255.255/32',
  '::/128',
  '::1/128',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]

const bits = (address: ReturnType<typeof ipaddr.parse>) => address.toByteArray()

/** Any address of a range. */
const within = (range: string) => {
  const [base, length] = ipaddr.parseCIDR(range)
  const bytes = bits(base)
  return fc.uint8Array({ minLength: bytes.length, maxLength: bytes.length }).map((random) => {
    const mixed = bytes.map((byte, at) => {
      const fixed = Math.min(8, Math.max(0, length - at * 8))
      const mask = (0xff << (8 - fixed)) & 0xff
      return (byte & mask) | (random[at]! & ~mask & 0xff)
    })
    return ipaddr.fromByteArray(mixed).toString()
  })
}

const embedded = (address: string) => {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
  const [high, low] = [((a << 8) | b).toString(16), ((c << 8) | d).toString(16)]
  return [`::ffff:${high}:${low}`, `::ffff:${address}`, `64:ff9b::${high}:${low}`, `2002:${high}:${low}::1`]
}

describe('isPublicAddress', () => {
  it.each(special)('CIM-11 S-140 refuses %s', (range) => {
    fc.assert(
      fc.property(within(range), (address) => {
        expect([address, isPublicAddress(address)]).toEqual([address, false])
      }),
    )
  })

  it('CIM-11 S-143 refuses an IPv4 address that is refused in whatever IPv6 address it stands', () => {
    const v4 = fc.oneof(...special.filter((range) => !range.includes(':')).map(within))
    fc.assert(
      fc.property(v4, (address) => {
        for (const one of embedded(address)) expect([one, isPublicAddress(one)]).toEqual([one, false])
      }),
    )
    for (const one of ['::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:0a00:0001::', '::10.0.0.1', '2001:0:a00:1::1'])
      expect([one, isPublicAddress(one)]).toEqual([one, false])
  })

  it.each(['93.184.216.34', '1.1.1.1', '8.8.8.8', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450:4001:80b::200e'])(
    'takes %s, and IPv4 in whatever IPv6 address it stands',
    (address) => {
      expect(isPublicAddress(address)).toBe(true)
      const within = address.includes(':') ? [] : embedded(address)
      expect(within.filter((one) => !isPublicAddress(one))).toEqual([])
    },
  )

  it.each(['', 'localhost', 'x', '1.1.1', '127.1', '0x7f.0.0.1', 'fe80::1%eth0', '1.1.1.1.1', '::g', '1.1.1.1/32'])(
    'CIM-11 refuses %j, which is no public address in its usual form',
    (text) => {
      expect(isPublicAddress(text)).toBe(false)
    },
  )
})

describe('isLoopbackAddress', () => {
  it('CIM-13 knows two of them', () => {
    expect(['127.0.0.1', '::1'].map(isLoopbackAddress)).toEqual([true, true])
    expect(['127.0.0.2', '::ffff:127.0.0.1', '10.0.0.1', 'localhost'].map(isLoopbackAddress)).toEqual(
      Array(4).fill(false),
    )
  })
})
