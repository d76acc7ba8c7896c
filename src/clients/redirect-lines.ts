import type { Context } from '../context.js'
import { redirectUriProblem } from '../protocol/client-metadata.js'
import type { Registration } from '../records.js'
import { policyFor } from './register.js'

/** A line that cannot be registered, counted from 1, and why in words that follow "it …". */
export interface RedirectLineProblem {
  readonly line: number
  readonly uri: string
  readonly problem: string
}

/** Redirect URIs as people type them, one per line. */
export const redirectLines = (text: string): readonly string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** Why lines of a text cannot be registered as redirect URIs of a client that came from there; empty when all of them can. */
export function redirectUriProblems(
  context: Context,
  text: string,
  registration: Registration,
): readonly RedirectLineProblem[] {
  const policy = policyFor(context, registration)
  return text.split(/\r?\n/).flatMap((typed, index) => {
    const uri = typed.trim()
    const problem = uri === '' ? null : redirectUriProblem(uri, policy)
    return problem === null ? [] : [{ line: index + 1, uri, problem }]
  })
}
