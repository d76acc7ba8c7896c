import { describe, expect, it } from 'vitest'
import { pages } from '../../src/pages/index.js'
import { all, one, parse, textOf } from './markup.js'
import { code, done, setting } from './samples.js'

const drawn = pages({ name: 'Acme' })
const evil = '"><script>alert(1)</script>'

describe('the end of a decision', () => {
  it.each([
    ['approved', 'Reporter is connected', 'You can close this window and go back to the app.'],
    ['device', 'Your device is connected', 'You can close this window and go back to the device.'],
    ['denied', 'You denied the request', 'Nothing was shared with Reporter. You can close this window.'],
  ] as const)('%s is told, and that the window can be closed', (outcome, title, text) => {
    const page = parse(drawn.done({ ...done, outcome, error: null }, setting))
    expect(textOf(one(page, 'h1'))).toBe(title)
    expect(textOf(one(page, 'main'))).toContain(text)
    expect(all(page, 'a')).toEqual([])
    expect(all(page, 'form')).toEqual([])
  })

  it('AZ-19 says what a client that cannot be redirected to would have been told', () => {
    expect(textOf(one(parse(drawn.done(done, setting)), 'code'))).toBe('access_denied')
  })

  it('S-045 escapes and cleans the name', () => {
    const client = { ...done.client, name: `${evil}\u202e` }
    for (const outcome of ['approved', 'device', 'denied'] as const) {
      const page = parse(drawn.done({ ...done, client, outcome }, setting))
      expect(all(page, 'script')).toEqual([])
      expect(textOf(page)).toContain(evil)
      expect(textOf(page)).not.toContain('\u202e')
    }
  })
})

describe('a code that is copied', () => {
  const page = parse(drawn.code(code, setting))

  it('is shown once, in a field of its own, with what it is for and how long', () => {
    expect(textOf(one(page, 'textarea'))).toBe('grantor_ac_c0de')
    expect(textOf(page).split('grantor_ac_c0de')).toHaveLength(2)
    expect(textOf(one(page, 'main'))).toContain('Enter it in Reporter')
    expect(textOf(one(page, 'main'))).toContain('It works once, within 10 minutes.')
  })

  it('is in no title, link or address', () => {
    expect(textOf(one(page, 'title'))).toBe('Copy this code · Acme')
    expect(all(page, 'a')).toEqual([])
    const attributes = all(page).flatMap((element) => [...element.attributes.values()])
    expect(attributes.filter((value) => value.includes('c0de'))).toEqual([])
  })

  it('is copied by a button only where a script can', () => {
    expect(one(page, 'button', { id: 'copy' }).attributes.has('hidden')).toBe(true)
  })

  it('comes with a warning', () => {
    expect(textOf(one(page, 'main'))).toContain('Give it to nobody')
  })

  it('S-045 escapes the name', () => {
    const other = parse(drawn.code({ ...code, client: { ...code.client, name: evil } }, setting))
    expect(all(other, 'script')).toHaveLength(1)
    expect(textOf(other)).toContain(evil)
  })
})
