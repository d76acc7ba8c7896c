import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseLanguage, directionOf } from '../../src/pages/languages.js'
import { catalog } from '../../src/pages/messages/index.js'
import { speak } from '../../src/pages/words.js'

const offered = ['en', 'de', 'fr', 'es', 'ja'] as const
const chosen = (languages: string) => chooseLanguage(languages, offered).language

describe('the language of a page', () => {
  it.each([
    ['de', 'de'],
    ['DE-at', 'de'],
    ['fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5', 'fr'],
    ['en;q=0.2, ja;q=0.9', 'ja'],
    ['pt ; q=1 , es ; q=0.5', 'es'],
    ['de;q=0, es;q=0.1', 'es'],
    ['fr-CA fr en', 'fr'],
    ['pt, *, de', 'en'],
    ['', 'en'],
    ['pt', 'en'],
    ['zz-;;;q=x, de', 'de'],
  ])('Accept-Language or ui_locales %j is answered in %s', (languages, language) => {
    expect(chosen(languages)).toBe(language)
  })

  it('prefers the longer tag that is on offer', () => {
    expect(chooseLanguage('pt-BR', ['en', 'pt', 'pt-BR'])).toEqual({ language: 'pt-BR', locale: 'pt-BR' })
    expect(chooseLanguage('pt-PT', ['en', 'pt', 'pt-BR'])).toEqual({ language: 'pt', locale: 'pt-PT' })
  })

  it('never fails, and never chooses what is not on offer', () => {
    const tags = fc.constantFrom('de', 'fr-', 'x', '*', 'en-GB', ';q=', '0.5', ',', ' ', 'de-DE-u-co-phonebk', '-')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(tags).map((parts) => parts.join('')),
        ),
        (languages) => {
          const choice = chooseLanguage(languages, offered)
          expect(offered).toContain(choice.language)
          expect(speak(catalog.en, choice).date(0)).toMatch(/1970|昭和|45/)
        },
      ),
    )
  })

  it('knows which way a language is written', () => {
    expect(directionOf('he')).toBe('rtl')
    expect(directionOf('ar-EG')).toBe('rtl')
    expect(directionOf('ja')).toBe('ltr')
  })
})

describe('words', () => {
  const words = speak(catalog.en, { language: 'en', locale: 'en-GB' })

  it('says dates as the person’s region does', () => {
    expect(words.date(1_780_000_000)).toBe('28 May 2026')
    expect(speak(catalog.de, { language: 'de', locale: 'de' }).date(1_780_000_000)).toBe('28.05.2026')
  })

  it('fills slots, with text or with markup', () => {
    expect(words.text('error.onward', { host: 'a.example' })).toBe('Continue to a.example')
    expect(words.rich('consent.title', { client: 7, name: 'Acme' })).toEqual(['', 7, ' wants access to ', 'Acme', ''])
  })

  it('fills in what looks like a slot only once', () => {
    expect(words.text('consent.title', { client: '{name}', name: 'Acme' })).toBe('{name} wants access to Acme')
    expect(words.text('error.onward', { host: '$&' })).toBe('Continue to $&')
  })

  it('asks for every slot at compile time', () => {
    // @ts-expect-error the text has a slot that is not filled
    expect(words.text('error.onward', {})).toBe('Continue to {host}')
    // @ts-expect-error there is no such text
    expect(() => words.text('error.nothing')).toThrow(TypeError)
  })
})
