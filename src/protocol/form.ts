/** Whether there is nothing to decode, as mostly. */
export const isPlain = (text: string): boolean => !text.includes('%') && !text.includes('+')

/** Decodes one name or value of `application/x-www-form-urlencoded` (RFC 6749 appendix B); null when it is malformed. */
export function decodeFormComponent(text: string): string | null {
  if (isPlain(text)) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return null
  }
}

/** Encodes one name or value as `application/x-www-form-urlencoded`, the way RFC 6749 section 2.3.1 asks of Basic credentials. */
export function encodeFormComponent(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}
