import type { Awaitable } from '../hooks.js'
import { newId } from '../ids.js'
import { OAuthError } from '../protocol/errors.js'
import type { Drawing, PageSetting, Pages } from '../views.js'
import type { Call } from './call.js'
import type { HttpResponse } from './message.js'
import { page } from './respond.js'

/** Pages for people, whoever draws them. */

/** What a `Response` made of a string says of itself when nobody said anything. A page is none of that. */
const unsaid = 'text/plain;charset=utf-8'

async function readResponse(response: Response): Promise<HttpResponse> {
  const { status, headers } = response
  const list: Record<string, string | readonly string[]> = Object.fromEntries(headers)
  if (headers.get('content-type')?.toLowerCase() === unsaid) delete list['content-type']
  const cookies = headers.getSetCookie()
  return {
    status,
    headers: { ...list, ...(cookies.length > 0 && { 'set-cookie': cookies }) },
    body: await response.text(),
  }
}

const lowerCased = (headers: HttpResponse['headers']): HttpResponse['headers'] =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

/** What a page says of itself wins; what it does not say stays as on every other page. */
export async function respondWith(drawing: Drawing, status: number, nonce: string): Promise<HttpResponse> {
  if (typeof drawing === 'string') return page(status, drawing, nonce)
  const own = 'text' in drawing ? await readResponse(drawing) : drawing
  const { headers, body } = page(own.status ?? status, own.body, nonce)
  return { status: own.status ?? status, headers: { ...headers, ...lowerCased(own.headers ?? {}) }, body }
}

const mostLanguages = 10

/** Language tags in the order of preference: what a request asks for by `ui_locales`, then what the browser does. */
function languagesOf({ request }: Pick<Call, 'request'>, asked: string): string {
  const tags = asked.split(' ').filter((tag) => /^[a-z]{2,8}(?:-[a-z0-9]{1,8})*$/i.test(tag))
  return [...tags.slice(0, mostLanguages), request.headers.get('accept-language') ?? ''].filter(Boolean).join(',')
}

/**
 * A page of the site, with the headers that every page has.
 *
 * @param languages as `ui_locales` has them, wanted before those of the browser
 * @throws OAuthError 404 where the host draws every page itself
 */
export async function drawPage(
  call: Pick<Call, 'site' | 'request' | 'path'>,
  draw: (pages: Pages, setting: PageSetting) => Awaitable<Drawing>,
  { status = 200, languages = '' }: { readonly status?: number; readonly languages?: string } = {},
): Promise<HttpResponse> {
  const { pages } = call.site
  if (!pages)
    throw new OAuthError('invalid_request', 'this page is drawn by the host', 'page.headless', { status: 404 })
  const nonce = newId()
  const setting = { action: call.path, nonce, languages: languagesOf(call, languages) }
  return respondWith(await draw(pages, setting), status, nonce)
}
