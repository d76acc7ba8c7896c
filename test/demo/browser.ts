/** A browser without a screen: keeps cookies, follows redirects, fills in forms. */

export interface Page {
  readonly url: URL
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** A form as a script sees it: where it goes and what it sends when nothing is changed. */
export interface Form {
  readonly action: string
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** Every value that could be sent, ticked or not. */
  readonly choices: (name: string) => readonly string[]
}

export interface Browser {
  readonly cookies: Map<string, string>
  /** One request, without following anything. */
  readonly request: (url: string | URL, init?: RequestInit) => Promise<Response>
  /** Opens a page, wherever its redirects lead. `until` stops before a URL that begins so. */
  readonly open: (url: string | URL, options?: { readonly form?: Sent; readonly until?: string }) => Promise<Page>
}

type Sent = Iterable<readonly [string, string]>

const encoded = (form: Sent) => new URLSearchParams([...form].map(([name, value]) => [name, value]))

export function createBrowser(): Browser {
  // As in a browser, one jar for all ports of a host; nothing here has more than one host.
  const cookies = new Map<string, string>()

  const remember = (response: Response) => {
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
  }
  const request: Browser['request'] = async (url, init = {}) => {
    const headers = new Headers(init.headers)
    if (cookies.size > 0) headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await fetch(url, { redirect: 'manual', ...init, headers })
    remember(response)
    return response
  }
  const open: Browser['open'] = async (start, { form, until } = {}) => {
    let url = new URL(start)
    let response = await request(url, form && { method: 'POST', body: encoded(form) })
    for (let hops = 0; response.status >= 300 && response.status < 400; hops += 1) {
      if (hops > 10) throw new Error(`${start} redirects for ever`)
      await response.body?.cancel()
      url = new URL(response.headers.get('location') ?? '', url)
      if (until !== undefined && url.href.startsWith(until)) break
      response = await request(url)
    }
    const { status, headers } = response
    return { url, status, headers, text: response.bodyUsed ? '' : await response.text() }
  }
  return { cookies, request, open }
}

const unescaped = (text: string) =>
  text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')

function attribute(tag: string, name: string): string | null {
  const found = new RegExp(`\\s${name}(?:="([^"]*)")?(?=[\\s/>])`).exec(tag)
  return found ? unescaped(found[1] ?? '') : null
}

/** The form of a page, by its place. */
export function formIn({ text }: Page, index = 0): Form {
  const whole = [...text.matchAll(/<form[\s>].*?<\/form>/gs)][index]?.[0]
  if (whole === undefined) throw new Error(`no form number ${index} in ${text}`)
  const inputs = [...whole.matchAll(/<input\s[^>]*>/g)].flatMap(([tag]) => {
    const name = attribute(tag, 'name')
    const optional = ['checkbox', 'radio'].includes(attribute(tag, 'type') ?? '')
    if (name === null || attribute(tag, 'disabled') !== null) return []
    const value = attribute(tag, 'value') ?? ''
    return [{ name, value, sent: !optional || attribute(tag, 'checked') !== null }]
  })
  return {
    action: attribute(/<form[^>]*>/.exec(whole)?.[0] ?? '', 'action') ?? '',
    fields: inputs.filter(({ sent }) => sent).map(({ name, value }) => [name, value] as const),
    choices: (name) => inputs.filter((input) => input.name === name).map(({ value }) => value),
  }
}
