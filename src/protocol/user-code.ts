/** RFC 8628 section 6.1: consonants, so that no code reads as a word, and none that is taken for a digit. */
export const userCodeAlphabet = 'BCDFGHJKLMNPQRSTVWXZ'

const length = 8

/** The largest multiple of the alphabet's size in a byte; what is above would favour the first letters. */
const usable = 256 - (256 % userCodeAlphabet.length)

/**
 * Turns random bytes into a user code of eight letters (34.6 bits), as it is stored: without a dash.
 *
 * @param random bytes of a cryptographic source; 16 are enough for all but one call in millions.
 * @returns null when too many of the bytes had to be thrown away: call again with new ones.
 */
export function userCodeFrom(random: Uint8Array): string | null {
  const letters = [...random].filter((byte) => byte < usable).slice(0, length)
  if (letters.length < length) return null
  return letters.map((byte) => userCodeAlphabet.charAt(byte % userCodeAlphabet.length)).join('')
}

/** What no code has, and is read for a letter that codes do have. */
const lookAlikes: Readonly<Record<string, string>> = { 2: 'Z', 5: 'S', 6: 'G', 8: 'B', U: 'V' }

/**
 * What a person typed, as it is stored: upper case, narrow, look-alikes replaced, without spaces, dashes of any kind and whatever
 * else no code has. Null when it cannot be a user code.
 *
 * @example
 * normalizeUserCode(' wdj8–mjht ') // 'WDJBMJHT'
 */
export function normalizeUserCode(typed: string): string | null {
  if (typed.length > length * 8) return null
  const letters = [...typed.normalize('NFKC').toUpperCase()].map((letter) => lookAlikes[letter] ?? letter)
  const code = letters.filter((letter) => userCodeAlphabet.includes(letter)).join('')
  return code.length === length ? code : null
}

/** As people are shown it: `WDJB-MJHT`. */
export function formatUserCode(code: string): string {
  return `${code.slice(0, length / 2)}-${code.slice(length / 2)}`
}
