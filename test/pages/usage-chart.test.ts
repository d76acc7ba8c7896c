import * as fc from 'fast-check'
import { h } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { describe, expect, it } from 'vitest'
import { catalog } from '../../src/pages/messages/index.js'
import { UsageChart } from '../../src/pages/usage-chart.js'
import { speak } from '../../src/pages/words.js'
import type { Usage } from '../../src/storage.js'
import { all, type Element, one, parse, textOf } from './markup.js'

const from = 20_000
const used = (day: number, requests: number, refused = 0, account: string | null = null): Usage => ({
  clientId: 'client_1' as Usage['clientId'],
  accountId: account as Usage['accountId'],
  day,
  requests,
  refused,
})

function draw(usage: readonly Usage[], days = { from, to: from + 29 }, language: 'en' | 'ar' = 'en'): Element {
  const words = speak(catalog.en, { language, locale: language })
  return parse(`<!doctype html>${renderToString(h(UsageChart, { usage, days, words }))}`)
}

const bars = (root: Element, name: string) => all(root, 'rect', { class: name })
const size = (bar: Element | undefined, name: string) => Number(bar?.attributes.get(name))
const rows = (root: Element) =>
  all(one(root, 'tbody'), 'tr').map((row) => row.children.map((cell) => textOf(cell as Element)))

describe('the chart of a client’s usage', () => {
  it('says in words and in a table what it draws', () => {
    const root = draw([used(from, 40, 2), used(from + 29, 1_234)])
    const svg = one(root, 'svg', { role: 'img' })
    expect(svg.attributes.get('aria-labelledby')).toBe(one(svg, 'title').attributes.get('id'))
    expect(svg.attributes.get('aria-describedby')).toBe(one(svg, 'desc').attributes.get('id'))
    expect(textOf(one(svg, 'title'))).toBe('Requests a day, Oct 4, 2024 to Nov 2, 2024')
    expect(textOf(one(svg, 'desc'))).toBe('Most on Nov 2, 2024: 1,234')
    expect(rows(root)).toEqual([
      ['Nov 2, 2024', '1,234', '0'],
      ['Oct 4, 2024', '40', '2'],
    ])
    expect(all(root, 'li').map(textOf)).toEqual(['1,274 let through', '2 turned away'])
  })

  it('adds up the accounts of a day', () => {
    const root = draw([used(from, 1, 1, 'acme'), used(from, 2, 3, 'globex'), used(from, 4)])
    expect(rows(root)).toEqual([['Oct 4, 2024', '7', '4']])
    expect([bars(root, 'passed').length, bars(root, 'refused').length]).toEqual([1, 1])
  })

  it('leaves out what is not among its days', () => {
    expect(rows(draw([used(from, 1), used(from + 30, 9), used(from - 1, 9)]))).toEqual([['Oct 4, 2024', '1', '0']])
  })

  it('says so when there is nothing', () => {
    for (const root of [
      draw([]),
      draw([used(from, 0, 0)]),
      draw([used(from - 1, 5)]),
      draw([], { from, to: from - 1 }),
    ])
      expect([root.name, textOf(root)]).toEqual(['p', 'No requests yet in this time.'])
  })

  it('runs with the text: from the left, or from the right', () => {
    const usage = [used(from, 5), used(from + 29, 5)]
    const places = (language: 'en' | 'ar') =>
      bars(draw(usage, undefined, language), 'passed').map((bar) => size(bar, 'x'))
    const [first = 0, last = 0] = places('en')
    expect([first < 1, last > 29]).toEqual([true, true])
    expect(places('ar')).toEqual([last, first])
  })

  it('has no script, no style of its own and no colour that the theme does not know', () => {
    const html = JSON.stringify(draw([used(from, 3, 1)]), (_, value) => (value instanceof Map ? [...value] : value))
    expect(html).not.toMatch(/script|style|fill|#[0-9a-f]{3}/i)
  })

  it('draws each day in its own place, in proportion, and lets nothing out of the picture', () => {
    const count = fc.oneof(fc.nat(5), fc.nat(1_000_000_000))
    const usage = fc.array(fc.tuple(fc.nat(29), count, count), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(usage, (some) => {
        const list = some.map(([day, requests, refused]) => used(from + day, requests, refused))
        fc.pre(list.some(({ requests, refused }) => requests + refused > 0))
        const root = draw(list)
        for (const bar of all(root, 'rect')) {
          expect(size(bar, 'y')).toBeGreaterThanOrEqual(-1e-9)
          expect(size(bar, 'height')).toBeGreaterThanOrEqual(1.5)
          expect(size(bar, 'y') + size(bar, 'height')).toBeLessThanOrEqual(100 + 1e-9)
          expect(size(bar, 'x') + size(bar, 'width')).toBeLessThanOrEqual(30)
        }
        const sums = new Map<number, number>()
        for (const { day, requests } of list) sums.set(day, (sums.get(day) ?? 0) + requests)
        expect(bars(root, 'passed').length).toBe([...sums.values()].filter((sum) => sum > 0).length)
      }),
    )
  })
})
