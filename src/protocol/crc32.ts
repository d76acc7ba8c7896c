/** What each byte makes of the rest: the polynomial of ISO 3309, lowest bit first, as zip and PNG have it. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1
  return rest
})

/**
 * The CRC-32 of a text in ASCII, from 0 to 2³² - 1. Of the runtimes Node alone has one built in, and a package is longer than this.
 * Any other text has a number as well, so that it is not taken for one in ASCII.
 */
export function crc32(text: string): number {
  let sum = -1
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    sum = (sum >>> 8) ^ table[(sum ^ code) & 0xff]! ^ (code >>> 8)
  }
  return ~sum >>> 0
}
