/** Where a provider is: in this process (`{ origin, fetch: provider.fetch }`), or at a base URL ({@link siteAt}). */
export interface Site {
  readonly origin: string
  readonly fetch: (request: Request) => Promise<Response>
}

export const siteAt = (baseUrl: string): Site => ({
  origin: new URL(baseUrl).origin,
  fetch: (request) => fetch(request),
})

export interface Field {
  readonly tag: string
  readonly type: string
  readonly name: string
  readonly value: string
  readonly checked: boolean
  readonly disabled: boolean
}

export interface Form {
  readonly action: string
  readonly method: string
  /** Inputs and buttons, in the order of the page. */
  readonly fields: readonly Field[]
}

/** Where a browser has come to. */
export interface Page {
  readonly url: string
  /** Null: a redirect that leaves the origin. It was not followed. */
  readonly status: number | null
  readonly headers: Headers
  readonly html: string
  readonly forms: readonly Form[]
}

/** What a person changes in a form: all values of a name are replaced; null takes them away. */
export type Changes = Readonly<Record<string, string | readonly string[] | null>>

export interface Browser {
  readonly site: Site
  readonly cookies: Map<string, string>
  /** Go to a URL or a path, follow redirects on this origin, and end on a page or at the door. */
  readonly open: (url: string, headers?: Readonly<Record<string, string>>) => Promise<Page>
  /** Post a form of a page: the first one, or the first that has this name and value among its fields. */
  readonly submit: (page: Page, changes?: Changes, holding?: readonly [name: string, value: string]) => Promise<Page>
  /** Post anything anywhere, as a page of the origin would. */
  readonly post: (url: string, body: URLSearchParams, headers?: Readonly<Record<string, string>>) => Promise<Page>
}

const entities: Readonly<Record<string, string>> = { amp: '&', quot: '"', lt: '<', gt: '>', apos: "'" }

const decode = (text: string) =>
  text.replaceAll(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) =>
    name === undefined
      ? String.fromCodePoint(Number.parseInt(decimal ?? hex, decimal ? 10 : 16))
      : (entities[name] ?? whole),
  )

const attribute = (tag: string, name: string): string | undefined => {
  const found = new RegExp(`\\s${name}(?:="([^"]*)"|='([^']*)'|=([^\\s>"']+))?(?=[\\s/>])`, 'i').exec(tag)
  return found ? decode(found[1] ?? found[2] ?? found[3] ?? '') : undefined
}

function fieldOf(tag: string): Field {
  const name = /^<(\w+)/.exec(tag)?.[1]?.toLowerCase() ?? ''
  const type = attribute(tag, 'type') ?? (name === 'button' ? 'submit' : 'text')
  return {
    tag: name,
    type,
    name: attribute(tag, 'name') ?? '',
    value: attribute(tag, 'value') ?? (type === 'checkbox' || type === 'radio' ? 'on' : ''),
    checked: attribute(tag, 'checked') !== undefined,
    disabled: attribute(tag, 'disabled') !== undefined,
  }
}

const textareas = /<textarea[^>]*>([\s\S]*?)<\/textarea>/gi

function formsOf(html: string, url: string): readonly Form[] {
  return [...html.matchAll(/<form[\s\S]*?<\/form>/gi)].map(([form]) => {
    const open = /<form[^>]*>/i.exec(form)?.[0] ?? ''
    const written = [...form.matchAll(textareas)].map(([tag, text = '']) => ({ ...fieldOf(tag), value: decode(text) }))
    const fields = [...form.matchAll(/<(?:input|button)\b[^>]*>/gi)].map(([tag]) => fieldOf(tag))
    return {
      action: new URL(attribute(open, 'action') ?? '', url).href,
      method: (attribute(open, 'method') ?? 'get').toUpperCase(),
      fields: [...fields, ...written],
    }
  })
}

const isButton = ({ tag, type }: Field) => tag === 'button' || type === 'submit' || type === 'image'
const isChoice = ({ type }: Field) => type === 'checkbox' || type === 'radio'

/** What a browser would send of a form that nobody has touched, buttons aside. */
export function valuesOf(form: Form): URLSearchParams {
  const sent = form.fields.filter(
    (field) => field.name !== '' && !field.disabled && !isButton(field) && (!isChoice(field) || field.checked),
  )
  return new URLSearchParams(sent.map(({ name, value }) => [name, value]))
}

export function changed(values: URLSearchParams, changes: Changes): URLSearchParams {
  const result = new URLSearchParams(values)
  for (const [name, value] of Object.entries(changes)) {
    result.delete(name)
    for (const one of value === null ? [] : [value].flat()) result.append(name, one)
  }
  return result
}

/** The form of a page, or the one that has such a field. */
export function formOf(page: Page, holding?: readonly [name: string, value: string]): Form {
  const found = page.forms.find(
    ({ fields }) => !holding || fields.some(({ name, value }) => name === holding[0] && value === holding[1]),
  )
  if (!found) throw new Error(`no such form at ${page.url} (${page.status}): ${page.html.slice(0, 500)}`)
  return found
}

/** One person's browser: keeps cookies, follows redirects on the origin, and sends the headers that browsers send. */
export function openBrowser(site: Site): Browser {
  const cookies = new Map<string, string>()

  const keep = (response: Response) => {
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/;\s*max-age=0/i.test(line) || value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
  }

  const go = async (request: Request, hops = 0): Promise<Page> => {
    const left = { url: request.url, status: null, headers: new Headers(), html: '', forms: [] }
    if (new URL(request.url).origin !== site.origin) return left
    if (hops > 10) throw new Error(`redirects go in circles at ${request.url}`)
    const response = await site.fetch(request)
    keep(response)
    const html = await response.text()
    const location = response.headers.get('location')
    if (response.status < 300 || response.status > 399 || location === null)
      return {
        url: request.url,
        status: response.status,
        headers: response.headers,
        html,
        forms: formsOf(html, request.url),
      }
    if (response.status !== 302 && response.status !== 303)
      throw new Error(`${request.url} redirects with ${response.status}`)
    // A custom scheme or another origin: the door.
    const target = new URL(location, request.url)
    if (target.origin !== site.origin) return { ...left, url: location, headers: response.headers }
    return go(navigation(target.href, {}), hops + 1)
  }

  const headersFor = (extra: Readonly<Record<string, string>>) => ({
    accept: 'text/html,application/xhtml+xml',
    'sec-fetch-dest': 'document',
    'sec-fetch-mode': 'navigate',
    ...(cookies.size > 0 && { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
    ...extra,
  })

  const navigation = (url: string, extra: Readonly<Record<string, string>>) =>
    new Request(new URL(url, site.origin), { redirect: 'manual', headers: headersFor(extra) })

  const post: Browser['post'] = (url, body, headers = {}) =>
    go(
      new Request(new URL(url, site.origin), {
        method: 'POST',
        redirect: 'manual',
        body,
        headers: headersFor({ 'sec-fetch-site': 'same-origin', origin: 'null', ...headers }),
      }),
    )

  return {
    site,
    cookies,
    open: (url, headers = {}) => go(navigation(url, headers)),
    post,
    submit: (page, changes = {}, holding) => {
      const form = formOf(page, holding)
      const values = changed(valuesOf(form), changes)
      if (form.method === 'POST') return post(form.action, values)
      return go(navigation(`${form.action.split('?')[0]}?${values}`, {}))
    },
  }
}

/** Fill in the login form, wherever it has come up; opens it when the page shows none. */
export async function signIn(browser: Browser, person: string, at?: Page): Promise<Page> {
  const page = at?.forms.some(({ fields }) => fields.some(({ name }) => name === 'username')) ? at : null
  const form = page ?? (await browser.open('/login'))
  return browser.submit(form, { username: person, password: 'demo' })
}
