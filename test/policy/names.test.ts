import { describe, expect, it } from 'vitest'
import { foldName } from '../../src/policy/client.js'
import { limits } from '../../src/protocol/limits.js'

describe('the name by which lists sort and search', () => {
  it.each([
    ['Acme Reporter', 'acme reporter'],
    ['  ＡＣＭＥ　Reporter ', 'acme reporter'],
    ['ﬁlm', 'film'],
    ['E\u0301COLE', 'école'],
    ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
  ])('counts neither letter case nor width: %j', (name, folded) => {
    expect(foldName(name)).toBe(folded)
  })

  it('is no longer than a name, whatever its signs become', () => {
    const [ligature, family] = ['\ufdfa', '\u{1f468}']
    expect(ligature.normalize('NFKC').length).toBeGreaterThan(15)
    for (const sign of [ligature, family, 'x']) {
      const folded = foldName(sign.repeat(limits.clientNameLength))
      expect([...folded].length).toBe(limits.clientNameLength)
      expect(new TextEncoder().encode(folded).length).toBeLessThanOrEqual(800)
    }
  })
})
