import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { base64url } from 'jose'
import type { Handler, Route } from './call.js'

/** How long a client may keep a metadata document, in seconds. */
const maxAge = 300

/** A JSON document that does not change while the provider runs, with a validator so that it need not be sent twice. */
export function staticDocument(content: unknown): Route {
  const body = JSON.stringify(content)
  const etag = `"${base64url.encode(sha256(utf8ToBytes(body)))}"`
  const headers = { 'content-type': 'application/json', 'cache-control': `public, max-age=${maxAge}`, etag }
  const get: Handler = async ({ request }) => {
    const known = request.headers
      .get('if-none-match')
      ?.split(',')
      .map((tag) => tag.trim().replace(/^W\//, ''))
    return known?.includes(etag) ? { status: 304, headers, body: '' } : { status: 200, headers, body }
  }
  return { kind: 'machine', methods: { GET: get } }
}
