/** How long an answer may be kept, in seconds: never longer than `longest`, and not shorter than `shortest` unless it says `no-store`. */
export interface FreshnessBounds {
  readonly shortest: number
  readonly longest: number
}

interface Headers {
  readonly get: (name: string) => string | null
}

const seconds = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : null

/** What the sender says itself; null when it says nothing that can be understood. */
function statedLifetime(headers: Headers, directives: readonly string[], now: number): number | null {
  const maxAge = directives.find((one) => one.startsWith('max-age='))?.slice('max-age='.length)
  const stated = seconds(maxAge?.replaceAll('"', ''))
  if (stated !== null) return stated
  const expires = Date.parse(headers.get('expires') ?? '')
  if (Number.isNaN(expires)) return null
  const sent = Date.parse(headers.get('date') ?? '')
  return Math.floor(expires / 1000) - (Number.isNaN(sent) ? now : Math.floor(sent / 1000))
}

/**
 * For how many seconds an answer may be used without asking again (RFC 9111 section 4.2), within bounds of our own.
 *
 * @param now in seconds since 1970
 */
export function freshFor(headers: Headers, now: number, { shortest, longest }: FreshnessBounds): number {
  const directives = (headers.get('cache-control') ?? '').split(',').map((one) => one.trim().toLowerCase())
  if (directives.includes('no-store')) return 0
  const stated = directives.includes('no-cache') ? null : statedLifetime(headers, directives, now)
  const age = seconds(headers.get('age')?.trim()) ?? 0
  return Math.min(Math.max((stated ?? 0) - age, shortest), longest)
}
