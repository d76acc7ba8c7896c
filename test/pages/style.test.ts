import { describe, expect, it } from 'vitest'
import { sheet, styleOf } from '../../src/pages/style.js'

const [, lightRules = '', darkRules = ''] =
  /:root\{(.*?)\}.*?prefers-color-scheme:dark\)\{:root\{(.*?)\}/.exec(sheet) ?? []
const colours = (rules: string) =>
  new Map([...rules.matchAll(/--([a-z-]+):(#[0-9a-f]{3,6})/g)].map(([, name = '', value = '']) => [name, value]))

/** WCAG 2 relative luminance. */
function luminance(colour: string): number {
  const digits = colour.slice(1)
  const full = digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(full.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

describe.each([
  ['light', colours(lightRules)],
  ['dark', colours(darkRules)],
])('the %s scheme', (_, scheme) => {
  const colour = (name: string) => scheme.get(name) ?? 'missing'

  it.each([
    ['text', 'surface'],
    ['text', 'ground'],
    ['muted', 'surface'],
    ['muted', 'ground'],
    ['accent', 'surface'],
    ['accent', 'ground'],
    ['on-accent', 'accent'],
    ['on-warning', 'warning'],
    ['on-warning', 'surface'],
    ['danger', 'surface'],
    ['good', 'surface'],
  ])('text in %s on %s has a contrast of 4.5 or more', (text, behind) => {
    expect(contrast(colour(text), colour(behind))).toBeGreaterThanOrEqual(4.5)
  })

  it('edges of controls have a contrast of 3 or more', () => {
    expect(contrast(colour('edge'), colour('surface'))).toBeGreaterThanOrEqual(3)
  })
})

describe('the stylesheet', () => {
  it('monograms have a contrast of 4.5 or more', () => {
    const tones = [...sheet.matchAll(/\.tone-\d\{background:(#\w+);color:(#\w+)\}/g)]
    expect(tones).toHaveLength(6)
    for (const [, behind = '', text = ''] of tones) expect(contrast(behind, text)).toBeGreaterThanOrEqual(4.5)
  })

  it('S-054 loads nothing', () => {
    expect(sheet).not.toMatch(/url\(|@import|@font-face|image-set/)
  })

  it('survives being text of an element that escapes', () => {
    expect(styleOf({ font: '"Inter", sans-serif' })).not.toMatch(/["<&]/)
  })

  it('places by flow and not by side, so that it turns with the direction of the text', () => {
    expect(sheet).not.toMatch(/(?:margin|padding|border)-(?:left|right)|[;{](?:left|right):|text-align:(?:left|right)/)
  })

  it('puts the host’s properties after its own, for both schemes', () => {
    const style = styleOf({ accent: { light: '#0b6e4f', dark: '#6ee7b7' }, radius: '4px' })
    expect(style.slice(sheet.length)).toBe(
      ':root{--accent:#0b6e4f;--radius:4px;}@media (prefers-color-scheme:dark){:root{--accent:#6ee7b7;--radius:4px;}}',
    )
  })

  it('has a rule for every property of the theme', () => {
    for (const name of [
      'accent',
      'on-accent',
      'ground',
      'surface',
      'text',
      'muted',
      'line',
      'warning',
      'on-warning',
      'danger',
      'radius',
      'font',
    ])
      expect(sheet).toContain(`var(--${name})`)
  })
})
