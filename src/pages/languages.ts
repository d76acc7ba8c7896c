const longest = 1000

/** Languages written from right to left, ISO 639-1. Those that Grantor does not ship may come from a host. */
const rightToLeft = new Set(['ar', 'arc', 'ckb', 'dv', 'fa', 'he', 'ks', 'ps', 'sd', 'ug', 'ur', 'yi'])

export interface Choice {
  /** One of those on offer. */
  readonly language: string
  /** As the person asked for it, region included, for dates and lists. */
  readonly locale: string
}

/** Language tags, best first, from `Accept-Language` (RFC 9110 section 12.5.4) or the space-separated `ui_locales`. */
function wanted(languages: string): string[] {
  return languages
    .slice(0, longest)
    .replace(/\s*;\s*/g, ';')
    .split(/[\s,]+/)
    .map((item) => {
      const [tag = '', parameter] = item.split(';')
      const quality = parameter?.startsWith('q=') === true ? Number(parameter.slice(2)) : 1
      return { tag, quality }
    })
    .filter(({ tag, quality }) => tag !== '' && quality > 0)
    .sort((one, other) => other.quality - one.quality)
    .map(({ tag }) => tag)
}

/** `zh-Hant-TW`, `zh-Hant`, `zh`: the lookup of RFC 4647 section 3.4. */
function broader(tag: string): string[] {
  const parts = tag.split('-')
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'))
}

/** Well-formed, as RFC 5646 has it. */
export function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}

const hasDates = (tag: string) => isLanguageTag(tag) && Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0

/** The first language asked for that is on offer; otherwise the first on offer. */
export function chooseLanguage(languages: string, offered: readonly [string, ...string[]]): Choice {
  for (const tag of wanted(languages)) {
    if (tag === '*') break
    for (const candidate of broader(tag)) {
      const language = offered.find((one) => one.toLowerCase() === candidate.toLowerCase())
      if (language !== undefined) return { language, locale: hasDates(tag) ? tag : language }
    }
  }
  return { language: offered[0], locale: offered[0] }
}

export const directionOf = (language: string): 'ltr' | 'rtl' =>
  rightToLeft.has((language.split('-')[0] ?? '').toLowerCase()) ? 'rtl' : 'ltr'
