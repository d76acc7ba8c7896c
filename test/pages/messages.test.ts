import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { catalog, type Messages } from '../../src/pages/messages/index.js'

const folder = fileURLToPath(new URL('../../src/pages', import.meta.url))
const source = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('messages'))
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n')

const slots = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([slot]) => slot).sort()
const others = Object.entries<Messages>(catalog).filter(([language]) => language !== 'en')
const entries = Object.entries(catalog.en)

describe('messages', () => {
  it('every text is used by a page', () => {
    expect(entries.map(([key]) => key).filter((key) => !source.includes(`'${key}'`))).toEqual([])
  })

  it('every text that a page uses is there', () => {
    const used = [...source.matchAll(/'((?:page|client|consent|device|done|code|apps|error)\.[a-z_.]+)'/g)].map(
      ([, key = '']) => key,
    )
    const reasons = [...source.matchAll(/'((?:client|interaction)\.[a-z_]+)'[,:] '[a-z_.]+'/gi)].map(
      ([, key = '']) => key,
    )
    expect(used.length).toBeGreaterThan(50)
    expect(used.filter((key) => !(key in catalog.en) && !reasons.includes(key))).toEqual([])
  })

  it.each(others)('%s has every text and no other', (_, messages) => {
    expect(Object.keys(messages).sort()).toEqual(Object.keys(catalog.en).sort())
  })

  it.each(others)('%s has every slot, says something, and says it in its own language', (_, messages) => {
    const said = new Map<string, string>(Object.entries(messages))
    const wrong = entries.filter(([key, text]) => {
      const translated = said.get(key) ?? ''
      const own = translated.replace(/\{\w+\}/g, '').trim()
      return own === '' || translated === text || slots(translated).join() !== slots(text).join()
    })
    expect(wrong).toEqual([])
  })
})
