import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Step } from '../../steps.js'
import { scope, sessionCookie } from '../../terms.js'
import { cookiesOf, form, get, locationOf, textOf, wrong } from '../../wires.js'

/** The app around a peer: it knows who is signed in, and where the peer leaves the consent page to it, it has one. */

export const guardedPath = '/api/projects/alpha'

const signedIn = new RegExp(`(?:^|; )${sessionCookie}=([\\w-]+)`)

export const personOf = (cookies: string | undefined): string | undefined => signedIn.exec(cookies ?? '')?.[1]

export const newSecret = (): string => randomBytes(32).toString('base64url')

export const bearerOf = (authorization: string | undefined): string =>
  authorization?.startsWith('Bearer ') ? authorization.slice(7) : ''

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => entities[character] ?? character)

/** The least that a person must see to decide. `request` is what the form brings back. */
export const consentPage = (action: string, client: string, scopes: readonly string[], request: string): string =>
  `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Connect ${escaped(client)}</title></head>
<body>
<h1>Connect ${escaped(client)}?</h1>
<p>It will be able to:</p>
<ul>${scopes.map((one) => `<li>${escaped(one)}</li>`).join('')}</ul>
<form method="post" action="${escaped(action)}">
<input type="hidden" name="request" value="${escaped(request)}">
<button name="decision" value="approve">Allow</button> <button name="decision" value="deny">Deny</button>
</form>
</body>
</html>`

export async function textFrom(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

export const fieldsOf = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text))

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  const body = JSON.stringify(value)
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body)
}

export function sendPage(response: ServerResponse, page: string): void {
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-length': Buffer.byteLength(page) }
  response.writeHead(200, headers).end(page)
}

export const consentPath = '/consent'

export const cookie = (seed: Readonly<Record<string, unknown>>) => ({ cookie: textOf(seed, 'cookies') })

/** Opening a consent page: what the form brings back, and the cookies, are kept for the next step. */
export const opening = (path: (seed: Readonly<Record<string, unknown>>) => string): Step => ({
  request: (seed) => get(path(seed), cookie(seed)),
  next(seed, answer) {
    const request = /name="request" value="([^"]+)"/.exec(answer.body)?.[1]
    const shown = scope.split(' ').every((one) => answer.body.includes(one))
    if (answer.status !== 200 || request === undefined || !shown) return wrong(answer, 'a consent page')
    return { ...seed, request, cookies: joined(textOf(seed, 'cookies'), cookiesOf(answer)) }
  },
})

/** Cookies as a browser holds them: one of a name, the last. */
export function joined(...cookies: readonly string[]): string {
  const held = new Map<string, string>()
  for (const one of cookies.flatMap((line) => line.split('; ')))
    if (one !== '') held.set(one.slice(0, one.indexOf('=')), one)
  return [...held.values()].join('; ')
}

/** The code in the answer that sends the browser back to the client. */
export const calledBack: Step['next'] = (seed, answer) => {
  const response = new URL(locationOf(answer)).searchParams
  if (response.get('state') !== seed.state) wrong(answer, 'the state')
  return { ...seed, code: response.get('code') }
}

/** For hosts that show their own page at the authorization endpoint and answer its form with the callback. */
export const ownConsent = (authorize: string): readonly Step[] => [
  opening((seed) => `${authorize}?${textOf(seed, 'query')}`),
  {
    request: (seed) => form(consentPath, { request: textOf(seed, 'request'), decision: 'approve' }, cookie(seed)),
    next: calledBack,
  },
]
