import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

type V4 = InstanceType<typeof ipaddr.IPv4>
type V6 = InstanceType<typeof ipaddr.IPv6>

/** RFC 6890 and the registries it began: parts of the public IPv6 space (2000::/3) that lead nowhere public. */
const specialV6 = ['2001::/23', '2001:db8::/32', '3fff::/20'].map((range) => ipaddr.IPv6.parseCIDR(range))
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

/** Prefixes in which an IPv4 address stands, and after how many 16-bit parts. What it leads to is that address. */
const embeddings = [
  ['::ffff:0:0/96', 6],
  ['64:ff9b::/96', 6],
  ['2002::/16', 1],
].map(([range, part]) => [ipaddr.IPv6.parseCIDR(String(range)), Number(part)] as const)

function embedded(address: V6): V4 | null {
  const [, part] = embeddings.find(([range]) => address.match(range)) ?? []
  if (part === undefined) return null
  const [high = 0, low = 0] = address.parts.slice(part, part + 2)
  return new ipaddr.IPv4([high >> 8, high & 255, low >> 8, low & 255])
}

const isPublicV4 = (address: V4) => address.range() === 'unicast'

function isPublicV6(address: V6): boolean {
  const inside = embedded(address)
  if (inside) return isPublicV4(inside)
  return (
    address.match(globalUnicast) && address.range() === 'unicast' && !specialV6.some((range) => address.match(range))
  )
}

/** Whether an address leads to a machine on the public internet, and not to this one, to its network, or to nowhere. */
export function isPublicAddress(text: string): boolean {
  // The library reads what a resolver never says, such as `127.1`.
  if (isIP(text) === 0) return false
  const address = ipaddr.parse(text)
  return 'octets' in address ? isPublicV4(address) : isPublicV6(address)
}

/** The two addresses of this machine that a provider in development may be told to reach. */
export const isLoopbackAddress = (text: string): boolean => text === '127.0.0.1' || text === '::1'
