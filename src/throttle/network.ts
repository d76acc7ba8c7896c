const spelling = /^([\da-f:.]*:[\da-f:.]*)(?:%[\da-z]+)?$/i

/** The eight groups of an IPv6 address, by the runtime's own parser of URLs, which reads every spelling; null for what is none. */
function groupsOf(address: string): readonly string[] | null {
  const [, plain] = spelling.exec(address) ?? []
  const url = `http://[${plain}]`
  if (plain === undefined || !URL.canParse(url)) return null
  const [before = [], after = []] = new URL(url).hostname
    .slice(1, -1)
    .split('::')
    .map((half) => half.split(':').filter((group) => group !== ''))
  return [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after]
}

/** Two groups that are an IPv4 address, as such. */
const dotted = (groups: readonly string[]): string =>
  groups
    .map((group) => Number.parseInt(group, 16))
    .flatMap((bits) => [bits >> 8, bits & 255])
    .join('.')

/** Whoever has one IPv6 address has the whole network of 64 bits that it is in (RFC 6177), and is one and the same. */
export function networkOf(address: string): string {
  const groups = groupsOf(address)
  if (!groups) return address
  // An IPv4 address in the dress of the other (RFC 4291 section 2.5.5.2).
  if (groups.slice(0, 6).join() === '0,0,0,0,0,ffff') return dotted(groups.slice(6))
  return `${groups.slice(0, 4).join(':')}::/64`
}
