import { describe, expect, it } from 'vitest'
import { imitates } from '../../src/pages/imitates.js'

describe('TRU-03 a name that could be taken for the host’s own', () => {
  it.each([
    ['Acme', 'Acme'],
    ['ACME', 'Acme'],
    ['the acme app', 'Acme'],
    ['Acme Support', 'Acme'],
    ['AcmeSync', 'Acme'],
    ['acme-cli', 'Acme'],
    ['A c m e', 'Acme'],
    ['Ac me', 'Acme'],
    ['Ac\u200bm\u00ade', 'Acme'],
    ['Ａｃｍｅ', 'Acme'],
    ['Acmé', 'Acme'],
    ['4cm3', 'Acme'],
    ['Acrne', 'Acme'],
    // Cyrillic and Greek letters, one and all.
    ['\u0410\u0441me', 'Acme'],
    ['\u0391cme', 'Acme'],
    ['\u0410\u0441\u043c\u0435', 'Acme'],
    ['G00gle', 'Google'],
    ['GoogIe', 'Google'],
    ['Goog1e', 'Google'],
    ['\u0261oogle', 'Google'],
    ['MyQuarryTool', 'Quarry'],
    ['myquarrytool', 'Quarry'],
    ['Acme Cloud', 'Acme Cloud'],
    ['acmecloud', 'Acme Cloud'],
    ['アクメ公式', 'アクメ'],
  ])('%s is %s', (name, brand) => {
    expect(imitates(name, brand)).toBe(true)
  })

  it.each([
    ['Reporter', 'Acme'],
    ['Placemeter', 'Acme'],
    ['Acmeology', 'Acme'],
    ['Search', 'Arc'],
    ['Note', 'Notebook'],
    ['Cloud', 'Acme Cloud'],
    ['', 'Acme'],
    ['\u200b', 'Acme'],
    ['✨', '✨'],
  ])('%s is not %s', (name, brand) => {
    expect(imitates(name, brand)).toBe(false)
  })
})
