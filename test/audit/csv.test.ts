import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvLine } from '../../src/audit/csv.js'
import { readCsv } from './read-csv.js'

const anything = fc.string({ unit: fc.oneof(fc.constantFrom(...'=+-@;,"\t\r\n＝＋－＠\' a'), fc.string()) })

describe('a line of CSV', () => {
  it('quotes every cell, and ends as RFC 4180 says', () => {
    expect(csvLine(['a', '', 'say "hi", twice\n'])).toBe('"a","","say ""hi"", twice\n"\r\n')
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠a'])(
    '%j is text',
    (text) => {
      expect(csvLine([text])).toMatch(/^"'/)
    },
  )

  it('leaves alone what is no formula', () => {
    for (const text of ['a=b', 'a-b', '2026-11-20T00:00:00.000Z', '{"a":-1}', "it's", ' =1', 'a@b.example'])
      expect(readCsv(csvLine([text]))).toEqual([[text]])
  })

  it('is read back as it was, but for the apostrophes', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anything, { minLength: 1 }), { minLength: 1 }), (lines) => {
        const back = readCsv(lines.map(csvLine).join(''))
        expect(back.map((cells) => cells.length)).toEqual(lines.map((cells) => cells.length))
        const plain = (cells: readonly string[][]) => cells.flat().map((cell) => cell.replaceAll("'", ''))
        expect(plain(back)).toEqual(plain(lines))
      }),
    )
  })

  it('no cell begins as a formula, whichever sign a spreadsheet splits at', () => {
    fc.assert(
      fc.property(fc.array(anything, { minLength: 1 }), (cells) => {
        const [back = []] = readCsv(csvLine(cells))
        for (const cell of back)
          for (const part of cell.split(/[;\t\r\n]/)) expect(part).not.toMatch(/^[=+\-@＝＋－＠]/)
      }),
    )
  })
})
