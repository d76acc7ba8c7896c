/** Base64url without padding (RFC 4648 section 5), as every RFC here writes digests. */
export function encodeBase64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** Whether the text looks like a SHA-256 digest in base64url. */
export function isDigest(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text)
}
