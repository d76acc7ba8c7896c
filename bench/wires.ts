import type { Answer, Wire } from './contestant.js'

/** Requests in the forms in which nearly all of them come, and answers as they are expected. */

const formHeaders = { 'content-type': 'application/x-www-form-urlencoded' }

export function form(
  path: string,
  parameters: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Wire {
  const body = new URLSearchParams(parameters).toString()
  return { method: 'POST', path, headers: { ...formHeaders, ...headers }, body }
}

export const json = (path: string, value: unknown): Wire => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})

export const get = (path: string, headers: Readonly<Record<string, string>> = {}): Wire => ({
  method: 'GET',
  path,
  headers,
})

/** @throws Error that shows the answer */
export function wrong(answer: Answer, expected: string): never {
  throw new Error(`expected ${expected}, got ${answer.status} ${answer.body.slice(0, 500)}`)
}

/** The JSON of an answer with this status. */
export function jsonOf(answer: Answer, status = 200): Readonly<Record<string, unknown>> {
  if (answer.status !== status) wrong(answer, String(status))
  return JSON.parse(answer.body) as Readonly<Record<string, unknown>>
}

export function textOf(values: Readonly<Record<string, unknown>>, name: string): string {
  const value = values[name]
  if (typeof value === 'string' && value !== '') return value
  throw new Error(`expected a text as ${name}, got ${JSON.stringify(values)}`)
}

/** Where an answer leads. */
export function locationOf(answer: Answer): string {
  const { location } = answer.headers
  if (answer.status < 300 || answer.status > 399 || typeof location !== 'string') return wrong(answer, 'a redirect')
  return location
}

/** The cookies an answer sets, as a browser sends them back. */
export const cookiesOf = (answer: Answer): string =>
  [answer.headers['set-cookie'] ?? []]
    .flat()
    .map((line) => line.split(';')[0])
    .join('; ')
