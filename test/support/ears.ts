import { inspect } from 'node:util'
import type { TestProvider } from './provider.js'

/** A verifier and a CSRF value have so many characters at least (RFC 7636 section 4.1). */
const shortest = 43

/** Hears every secret that goes over the wire, either way. */
export function openEars() {
  const secrets = new Set<string>()
  const refusals: string[] = []

  const note = (text: string | null) => {
    for (const [secret] of text?.matchAll(/grantor_\w\w_[\w-]{49}/g) ?? []) secrets.add(secret)
  }

  /** The same provider, overheard. */
  const listen = (box: TestProvider): TestProvider => ({
    ...box,
    async fetch(request) {
      const body = request.method === 'POST' ? await request.clone().text() : ''
      const form = new URLSearchParams(body)
      for (const name of ['code_verifier', 'csrf'])
        for (const value of form.getAll(name)) if (value.length >= shortest) secrets.add(value)
      for (const text of [body, request.url, request.headers.get('cookie')]) note(text)
      const response = await box.fetch(request)
      const text = await response.clone().text()
      for (const said of [text, response.headers.get('location'), response.headers.get('set-cookie')]) note(said)
      if (response.status >= 400) refusals.push(text, inspect([...response.headers]))
      return response
    },
  })

  /** The secrets of which a text holds enough to be of use. */
  const heardIn = (text: string) => [...secrets].filter((secret) => text.includes(secret.slice(11, 43)))

  return { secrets, refusals, listen, heardIn }
}
