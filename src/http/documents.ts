import { sha256 } from '../protocol/sha256.js'
import type { Call, Handler } from './call.js'

/** How long a client may keep a metadata document, in seconds. */
const maxAge = 300

/** A document that is one of two, as a switch that is thrown while the provider runs has it. */
export function switchedDocument(on: unknown, off: unknown, isOn: (call: Call) => Promise<boolean>): Handler {
  const [whenOn, whenOff] = [documentHandler(on), documentHandler(off)]
  return async (call) => ((await isOn(call)) ? whenOn : whenOff)(call)
}

/** Answers with a document, and with 304 to whoever has it. */
export function documentHandler(content: unknown): Handler {
  const body = JSON.stringify(content)
  const etag = `"${sha256(body)}"`
  const headers = { 'content-type': 'application/json', 'cache-control': `public, max-age=${maxAge}`, etag }
  return async ({ request }) => {
    const known = request.headers
      .get('if-none-match')
      ?.split(',')
      .map((tag) => tag.trim().replace(/^W\//, ''))
    return known?.includes(etag) ? { status: 304, headers, body: '' } : { status: 200, headers, body }
  }
}
