/** What a person's browser does: keeps cookies, follows redirects on this origin, and posts forms. */
export interface Browser {
  /** Opens a URL; ends on a page, or on the URL of a redirect that leaves the origin. */
  readonly open: (url: string, init?: RequestInit) => Promise<Visit>
  /** Posts the only form of a page as it stands, with these fields changed or added. */
  readonly submit: (page: Visit, fields: Readonly<Record<string, string>>) => Promise<Visit>
}

export interface Visit {
  readonly url: string
  readonly html: string
  /** Null for a redirect that leaves the origin, which is not followed. */
  readonly status: number | null
}

export function browser(origin: string): Browser {
  const jar = new Map<string, string>()

  const open = async (url: string, init: RequestInit = {}): Promise<Visit> => {
    if (new URL(url).origin !== origin) return { url, html: '', status: null }
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { cookie, accept: 'text/html' } })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      jar.set(name, value)
    }
    const location = response.headers.get('location')
    const html = await response.text()
    if (location === null) return { url, html, status: response.status }
    // A form must not be posted again to wherever a redirect leads; what was only read may be.
    const allowed = init.method === undefined ? [302, 303, 307] : [302, 303]
    if (!allowed.includes(response.status)) throw new Error(`${url} redirects with ${response.status}`)
    return open(new URL(location, url).href)
  }

  const submit: Browser['submit'] = (page, fields) => {
    const { action, values } = formOf(page)
    for (const [name, value] of Object.entries(fields)) values.set(name, value)
    return open(action, { method: 'POST', body: values })
  }

  return { open, submit }
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&quot;': '"',
  '&#39;': "'",
  '&lt;': '<',
  '&gt;': '>',
}
const attribute = (tag: string, name: string) =>
  new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll(/&[#\w]+;/g, (entity) => entities[entity] ?? entity)

/** The form of a page and what it would send untouched. */
function formOf({ url, html, status }: Visit): { readonly action: string; readonly values: URLSearchParams } {
  const form = /<form[^>]*>[\s\S]*?<\/form>/.exec(html)?.[0]
  if (form === undefined) throw new Error(`no form at ${url} (${status}): ${html.slice(0, 500)}`)
  const values = new URLSearchParams()
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    const choice = ['checkbox', 'radio'].includes(attribute(tag, 'type') ?? '')
    const left = / disabled[ =/>]/.test(tag) || (choice && !/ checked[ =/>]/.test(tag))
    if (!left) values.append(attribute(tag, 'name') ?? '', attribute(tag, 'value') ?? '')
  }
  return { action: new URL(attribute(form, 'action') ?? '', url).href, values }
}
