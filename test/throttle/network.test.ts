import * as fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, it } from 'vitest'
import { networkOf } from '../../src/throttle/network.js'

/** The same, by a library that does nothing else. */
function byLibrary(address: string): string {
  if (!ipaddr.IPv6.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (!('parts' in parsed)) return parsed.toString()
  const start = parsed.parts.slice(0, 4).map((part) => part.toString(16))
  return `${start.join(':')}::/64`
}

describe('S-130 the network of an address', () => {
  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['1::', '1:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
    ['192.0.2.7', '192.0.2.7'],
    ['an office', 'an office'],
    ['', ''],
    [':::', ':::'],
    ['::1]/x[', '::1]/x['],
    ['1:2:3', '1:2:3'],
    ['[::1]', '[::1]'],
    ['::1@a', '::1@a'],
  ])('%j is %j', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })

  it('is what a library makes of it, however it is spelt', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        // Deprecated (RFC 4291 section 2.5.5.1): the library tells by the spelling, and no peer has such an address.
        fc.pre(!/^(?:0*:)*:?(?:0*:)*[\d.]+\.\d+$/.test(address))
        expect(networkOf(address)).toBe(byLibrary(address))
      }),
      { numRuns: 1_000 },
    )
  })

  it('is the same for all of it', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((bits) => bits.toString(16))
    const half = fc.array(group, { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(half, half, half, (start, one, other) => {
        fc.pre(start.some((bits) => bits !== '0'))
        const [a, b] = [one, other].map((end) => networkOf([...start, ...end].join(':')))
        expect(a).toBe(b)
      }),
    )
  })
})
