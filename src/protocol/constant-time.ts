/** Compares two secrets in a time that depends on their lengths alone, never on where they first differ. */
export function equal(a: string, b: string): boolean {
  const length = Math.max(a.length, b.length)
  let difference = a.length ^ b.length
  for (let at = 0; at < length; at += 1) difference |= a.charCodeAt(at) ^ b.charCodeAt(at)
  return difference === 0
}
