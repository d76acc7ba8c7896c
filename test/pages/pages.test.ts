import { describe, expect, it } from 'vitest'
import { type PagesOptions, pages } from '../../src/pages/index.js'
import { all, type Element, one, parse, textOf } from './markup.js'
import {
  code,
  connected,
  connectedOne,
  consent,
  crowded,
  device,
  deviceCode,
  done,
  failure,
  setting,
} from './samples.js'

const many = { ...consent.projects!, choose: 'all' as const }

/** Every page, in the forms that differ most. */
function drawings(
  options: PagesOptions & { readonly override?: never },
  languages = 'en',
): [name: string, html: string][] {
  const drawn = pages(options)
  const where = { ...setting, languages }
  return [
    ['consent', drawn.consent(consent, where)],
    ['consent for all projects', drawn.consent({ ...consent, projects: many, problem: 'project_missing' }, where)],
    ['consent with everything', drawn.consent(crowded, where)],
    ['consent with nothing to give', drawn.consent({ ...consent, scopes: [] }, where)],
    ['error', drawn.error({ ...failure, onward: { host: 'a.example', url: 'https://a.example/' } }, where)],
    ['done', drawn.done(done, where)],
    ['done, with a device', drawn.done({ ...done, outcome: 'device', error: null }, where)],
    ['a code', drawn.code(code, where)],
    ['a code for a device', drawn.deviceCode({ ...deviceCode, problem: 'taken' }, where)],
    ['a device', drawn.device(device, where)],
    ['a device with nothing to give', drawn.device({ ...device, scopes: [] }, where)],
    ['connected apps', drawn.connectedApps({ ...connected, next: 'more' }, where)],
    ['connected apps, none', drawn.connectedApps({ ...connected, grants: [] }, where)],
    ['one connected app', drawn.connectedApp(connectedOne, where)],
  ]
}

/** Pages that a script makes handier. */
const scripted = ['consent with everything', 'a code']

const labelled = (page: Element, input: Element) =>
  all(page, 'label', { for: input.attributes.get('id') ?? '' }).some((label) => textOf(label).trim() !== '')

describe.each(drawings({ name: 'Acme' }))('%s', (name, html) => {
  const page = parse(html)

  it('has a language, a direction, a title and one main', () => {
    expect(page.attributes.get('lang')).toBe('en')
    expect(page.attributes.get('dir')).toBe('ltr')
    expect(textOf(one(page, 'title'))).toMatch(/ · Acme$/)
    expect(one(page, 'meta', { name: 'viewport' }).attributes.get('content')).toContain('width=device-width')
    one(page, 'main')
    one(page, 'header')
  })

  it('has one h1, and no heading below it that skips a level', () => {
    one(page, 'h1')
    const levels = all(page).flatMap(({ name }) => (/^h[1-6]$/.test(name) ? [Number(name.slice(1))] : []))
    expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([])
  })

  it('binds every box to a label, and every id is there once', () => {
    const boxes = all(page, 'input').filter(({ attributes }) => attributes.get('type') !== 'hidden')
    expect(boxes.filter((box) => !labelled(page, box))).toEqual([])
    const ids = all(page).flatMap(({ attributes }) => attributes.get('id') ?? [])
    expect(new Set(ids).size).toBe(ids.length)
    const named = all(page).flatMap(({ attributes }) => [
      ...(attributes.get('aria-describedby')?.split(' ') ?? []),
      ...(attributes.get('aria-labelledby')?.split(' ') ?? []),
    ])
    expect(named.filter((id) => !ids.includes(id))).toEqual([])
  })

  it('names every button and link, and hides pictures that say nothing', () => {
    const pressed = [...all(page, 'button'), ...all(page, 'a'), ...all(page, 'summary')]
    expect(pressed.filter((element) => textOf(element).trim() === '')).toEqual([])
    expect(all(page, 'svg').every(({ attributes }) => attributes.get('aria-hidden') === 'true')).toBe(true)
  })

  it('HDR-02 runs no script but its own and styles nothing outside its one stylesheet', () => {
    const scripts = all(page, 'script').map(({ attributes }) => [...attributes])
    expect(scripts).toEqual(scripted.includes(name) ? [[['nonce', setting.nonce]]] : [])
    expect(/<script[^>]*>(.*?)<\/script>/s.exec(html)?.[1] ?? '').not.toMatch(/&(?:quot|lt|gt|amp);/)
    expect(one(page, 'style').attributes.get('nonce')).toBe(setting.nonce)
    const names = all(page).flatMap(({ attributes }) => [...attributes.keys()])
    expect(names.filter((name) => name === 'style' || name.startsWith('on'))).toEqual([])
  })

  it('the stylesheet reaches the browser as it was written', () => {
    expect(/<style[^>]*>(.*?)<\/style>/s.exec(html)?.[1]).not.toMatch(/&(?:quot|lt|gt|amp);/)
  })

  it('S-054 loads nothing', () => {
    expect(all(page, 'link')).toEqual([])
    expect(all(page).filter(({ attributes }) => attributes.has('src') || attributes.has('srcset'))).toEqual([])
    expect(html).not.toMatch(/url\(|@import/)
  })

  it('HDR-03 says nothing of form-action, and every form posts', () => {
    expect(html).not.toContain('form-action')
    expect(all(page, 'meta').some(({ attributes }) => attributes.has('http-equiv'))).toBe(false)
    for (const { attributes } of all(page, 'form')) expect(attributes.get('method')).toBe('post')
  })
})

describe('languages', () => {
  it.each(['de', 'fr', 'es', 'ja'])('every page is drawn in %s', (language) => {
    for (const [, html] of drawings({ name: 'Acme' }, `${language}-XX, en;q=0.5`)) {
      expect(parse(html).attributes.get('lang')).toBe(language)
      expect(textOf(one(parse(html), 'body'))).not.toMatch(/\{\w+\}/)
    }
  })

  it('the host may say it otherwise, and bring a language of its own', () => {
    const drawn = pages({
      name: 'Acme',
      messages: { de: { 'consent.approve': 'Verbinden' }, he: { 'consent.approve': 'אישור' } },
    })
    const german = drawn.consent(consent, { ...setting, languages: 'de' })
    expect(german).toContain('Verbinden')
    expect(german).toContain('Ablehnen')
    const hebrew = parse(drawn.consent(consent, { ...setting, languages: 'he-IL' }))
    expect(hebrew.attributes.get('dir')).toBe('rtl')
    expect(all(hebrew, 'button').map(textOf).slice(-2)).toEqual(['Deny', 'אישור'])
  })
})

describe('options', () => {
  it('the host’s own logo is the only picture', () => {
    const page = parse(pages({ name: 'Acme', logo: '/logo.svg' }).error(failure, setting))
    expect(all(page, 'img').map(({ attributes }) => attributes.get('src'))).toEqual(['/logo.svg'])
  })

  it('a theme changes custom properties', () => {
    expect(pages({ name: 'Acme', theme: { accent: '#0b6e4f' } }).error(failure, setting)).toContain('--accent:#0b6e4f;')
  })

  it('a page can be replaced, the rest stays', async () => {
    const drawn = pages({ name: 'Acme', override: { error: ({ reason }) => `own ${reason}` } })
    expect(await drawn.error(failure, setting)).toBe('own redirect_uri.mismatch')
    expect(drawn.consent(consent, setting)).toContain('Reporter')
  })

  it('the host’s name is escaped, too', () => {
    const page = parse(pages({ name: '<b>Acme</b>' }).error(failure, setting))
    expect(all(page, 'b')).toEqual([])
  })

  it.each([
    ['no name', { name: '' }],
    ['an unknown option', { name: 'Acme', colour: 'red' }],
    ['an unknown property', { name: 'Acme', theme: { colour: 'red' } }],
    ['a value that leaves its declaration', { name: 'Acme', theme: { accent: 'red}body{display:none' } }],
    ['a value that leaves the stylesheet', { name: 'Acme', theme: { font: '</style><script>' } }],
    ['a value that loads something', { name: 'Acme', theme: { ground: 'URL(https://a.example/x)' } }],
    ['a logo from nowhere', { name: 'Acme', logo: 'javascript:alert(1)' }],
    ['a logo from another host in disguise', { name: 'Acme', logo: '//evil.example/logo.svg' }],
    ['a text that no page has', { name: 'Acme', messages: { en: { 'consent.aprove': 'x' } } }],
    ['a text with a slot it does not have', { name: 'Acme', messages: { en: { 'consent.approve': 'Go, {who}' } } }],
    ['a language that is none', { name: 'Acme', messages: { 'not a tag': {} } }],
    ['a page that is none', { name: 'Acme', override: { error: 'text' } }],
  ])('%s is refused at start-up', (_, options) => {
    // Reflect.apply, because the compiler would refuse most of these before.
    expect(() => Reflect.apply(pages, null, [options])).toThrow(/^pages: these options cannot be used/)
  })

  it('says what is wrong with a text', () => {
    expect(() => pages({ name: 'Acme', messages: { en: { 'client.verified': 'By {host}' } } })).toThrow(
      /has no \{host\}; there is: name/,
    )
  })
})
