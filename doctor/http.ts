/** What came back, read whole. */
export interface Answer {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as a JSON object; null when it is none. */
  readonly json: Readonly<Record<string, unknown>> | null
}

export interface Asking {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | URLSearchParams
}

/** Never follows a redirect: where one leads is what a probe wants to see. Null: no answer at all. */
export type Ask = (url: string, asking?: Asking) => Promise<Answer | null>

/** More than any answer here needs. */
const mostCharacters = 1_000_000

function objectFrom(text: string): Answer['json'] {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}

/** @param milliseconds how long to wait for one answer */
export const asker =
  (milliseconds: number): Ask =>
  async (url, { method = 'GET', headers = {}, body = null } = {}) => {
    try {
      const signal = AbortSignal.timeout(milliseconds)
      const response = await fetch(url, { method, headers, body, redirect: 'manual', signal })
      const text = (await response.text()).slice(0, mostCharacters)
      return { url, status: response.status, headers: response.headers, text, json: objectFrom(text) }
    } catch {
      return null
    }
  }

export const isJson = ({ headers }: Answer): boolean =>
  /^application\/(?:[\w.-]+\+)?json\b/i.test(headers.get('content-type') ?? '')

export const postJson = (ask: Ask, url: string, body: unknown) =>
  ask(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

export const postForm = (ask: Ask, url: string, form: Readonly<Record<string, string>>, headers = {}) =>
  ask(url, { method: 'POST', body: new URLSearchParams(form), headers })

/** A page a browser would show, as against an error for a program. */
export const isHtml = ({ headers }: Answer): boolean => /^text\/html\b/i.test(headers.get('content-type') ?? '')

/** `401 text/html`, for what was seen. */
export const described = (answer: Answer | null): string =>
  answer === null
    ? 'no answer'
    : `${answer.status} ${answer.headers.get('content-type')?.split(';')[0] ?? 'without a content type'}`

/** Where a redirect leads; null when it is none, or leads nowhere that can be read. */
export function locationOf(answer: Answer): URL | null {
  const location = answer.headers.get('location')
  if (answer.status < 300 || answer.status > 399 || location === null) return null
  try {
    return new URL(location, answer.url)
  } catch {
    return null
  }
}
