const here = 'http://here.invalid'

/** Another host in the eyes of some browser or proxy: two slashes of whatever kind, plain or encoded. */
const leavesHost = /^\/(?:[/\\]|%2f|%5c)/i

/** Browsers strip tabs and line breaks from URLs before they read them, and take a backslash for a slash. */
const isPlain = (text: string) => [...text].every((one) => one > ' ' && one !== '\\' && one !== '\u007f')

/**
 * Where to go after the login: a path on this origin and nothing else. What a stranger has put into a link is not followed.
 *
 * @returns `/` in place of anything that is not such a path
 */
export function returnPath(next: unknown): string {
  if (typeof next !== 'string' || !next.startsWith('/') || leavesHost.test(next) || !isPlain(next)) return '/'
  const url = URL.canParse(next, here) ? new URL(next, here) : null
  return url?.origin === here && !leavesHost.test(url.pathname) ? next : '/'
}
