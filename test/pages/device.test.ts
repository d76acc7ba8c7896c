import { describe, expect, it } from 'vitest'
import { pages } from '../../src/pages/index.js'
import { all, one, parse, textOf } from './markup.js'
import { device, deviceCode, setting } from './samples.js'

const drawn = pages({ name: 'Acme' })
const evil = '"><script>alert(1)</script>'

describe('the page where a code is entered', () => {
  const draw = (differences: Partial<typeof deviceCode> = {}) =>
    parse(drawn.deviceCode({ ...deviceCode, ...differences }, setting))

  it('DEV-10 asks to compare a code that came with a link, which is there to be seen', () => {
    const page = draw()
    expect(one(page, 'input', { name: 'user_code' }).attributes.get('value')).toBe('WDJB-MJHT')
    expect(textOf(one(page, 'main'))).toContain('Does your device show this code?')
    expect(one(page, 'input', { name: 'user_code' }).attributes.has('autofocus')).toBe(false)
  })

  it('is ready to be typed in otherwise, and helps with nothing that browsers would get wrong', () => {
    const field = one(draw({ linked: false, code: '' }), 'input', { name: 'user_code' }).attributes
    expect(field.has('autofocus')).toBe(true)
    expect([field.get('autocomplete'), field.get('autocapitalize'), field.get('spellcheck')]).toEqual([
      'off',
      'characters',
      'false',
    ])
    expect(textOf(draw({ linked: false }))).toContain('Never enter a code that somebody has sent you')
  })

  it.each([
    ['unknown', 'There is no such code'],
    ['taken', 'It has been entered before'],
    ['expired', 'It is too old'],
  ] as const)('says that a code is %s, and ties that to the field', (problem, text) => {
    const page = draw({ problem })
    expect(textOf(one(page, 'div', { role: 'alert' }))).toContain(text)
    const field = one(page, 'input', { name: 'user_code' }).attributes
    expect([field.get('aria-invalid'), field.get('aria-describedby')]).toEqual(['true', 'problem code-hint'])
    expect(textOf(one(page, 'p', { id: 'problem' }))).toContain(text)
  })

  it('S-036 posts to itself, with the value that belongs to it', () => {
    const form = one(draw(), 'form').attributes
    expect([form.get('method'), form.get('action')]).toEqual(['post', setting.action])
    expect(one(draw(), 'input', { name: 'csrf' }).attributes.get('value')).toBe('csrf_81aa')
  })

  it('leads to another account where the host has a way to it, and nowhere else', () => {
    expect(all(draw(), 'a')).toEqual([])
    expect(one(draw({ switchAccount: '/switch' }), 'a').attributes.get('href')).toBe('/switch')
    expect(all(draw({ switchAccount: 'javascript:alert(1)' }), 'a')).toEqual([])
  })

  it('S-045 escapes what was typed', () => {
    const page = draw({ code: evil })
    expect(all(page, 'script')).toEqual([])
    expect(one(page, 'input', { name: 'user_code' }).attributes.get('value')).toBe(evil)
  })
})

describe('the decision about a device', () => {
  const draw = (differences: Partial<typeof device> = {}) => parse(drawn.device({ ...device, ...differences }, setting))
  const main = (differences: Partial<typeof device> = {}) => textOf(one(draw(differences), 'main'))

  it('DEV-09 shows the code, who asks, and asks who began', () => {
    const text = main()
    for (const part of ['WDJB-MJHT', 'Acme CLI on a device wants access to Acme', 'Did you start this?'])
      expect(text).toContain(part)
    expect(one(draw(), 'input', { name: 'user_code' }).attributes.get('value')).toBe('WDJB-MJHT')
  })

  it('DEV-11 says where the device asked, as far as anybody knows', () => {
    expect(main()).toContain('Claude Code · 203.0.113.7')
    expect(main()).toContain('In another network than yours')
    expect(main({ from: { ...device.from, near: true } })).toContain('In the network you are in')
    expect(main({ from: { ...device.from, near: null } })).not.toContain('network')
    expect(main({ from: { address: null, agent: null, near: null } })).not.toContain('Asked from')
  })

  it('XD-02 offers to refuse as plainly as to approve, and before it', () => {
    const buttons = all(draw(), 'button', { name: 'decision' })
    expect(buttons.map((button) => [button.attributes.get('value'), button.attributes.get('class')])).toEqual([
      ['deny', 'button'],
      ['approve', 'button approve'],
    ])
  })

  it('has the choices of the consent page', () => {
    const page = draw()
    expect(all(page, 'input', { name: 'scope' }).map(({ attributes }) => attributes.get('value'))).toContain(
      'project:admin',
    )
    expect(all(page, 'input', { name: 'project' })).toHaveLength(3)
    for (const name of ['keep_alive', 'label']) one(page, 'input', { name })
  })

  it('warns of a client that looks like the host, or that the host doubts', () => {
    expect(main()).toContain('Its name resembles Acme')
    expect(main({ warnings: ['suspicious'] })).toContain('Acme has doubts about this app')
  })

  it('shows again what was chosen, and what was missing', () => {
    const last = { scope: ['project:read'], projects: [], keepAlive: false, readOnly: false, label: 'den' }
    const page = draw({ problem: 'project_missing', last })
    expect(textOf(one(page, 'div', { role: 'alert' }))).toContain('Choose where the app may work')
    expect(one(page, 'input', { name: 'label' }).attributes.get('value')).toBe('den')
    expect(one(page, 'input', { name: 'keep_alive' }).attributes.has('checked')).toBe(false)
  })

  it('leaves somebody who has nothing to give the one thing they can do', () => {
    for (const nothing of [
      { scopes: [] },
      { projects: { ...device.projects!, list: { ...device.projects!.list, total: 0 } } },
    ]) {
      const buttons = all(draw(nothing), 'button').map(({ attributes }) => attributes.get('value'))
      expect(buttons).toEqual(['deny'])
    }
  })

  it('S-045 S-132 escapes and cleans whatever the device says of itself', () => {
    const page = draw({
      client: { ...device.client, name: `${evil}\u202e`, website: 'javascript:alert(1)' },
      from: { address: evil, agent: `${evil}\u202e`, near: null },
    })
    expect(all(page, 'script')).toEqual([])
    expect(all(page, 'a')).toEqual([])
    expect(textOf(page)).not.toContain('\u202e')
  })
})
