import { describe, expect, it } from 'vitest'
import { pages } from '../../src/pages/index.js'
import type { ClientView, ConsentView } from '../../src/views.js'
import { all, type Element, one, parse, posted, textOf } from './markup.js'
import { admin, billing, consent, crowded, read, reporter, setting, write } from './samples.js'

const drawn = pages({ name: 'Acme' })
const draw = (differences: Partial<ConsentView> = {}): Element =>
  parse(drawn.consent({ ...consent, ...differences }, setting))

const main = (page: Element) => textOf(one(page, 'main'))
const approved = (page: Element) => posted(one(page, 'form'), ['decision', 'approve'])
const values = (page: Element, name: string) =>
  approved(page)
    .filter(([key]) => key === name)
    .map(([, value]) => value)
const warnings = (page: Element) => all(page, 'div', { class: 'note danger' }).map(textOf)
const last = { scope: [], projects: [], keepAlive: false, readOnly: false, label: '' }

describe('what speaks against a client', () => {
  const named = (name: string, differences: Partial<ClientView> = {}) =>
    warnings(draw({ client: { ...reporter, name, ...differences } }))

  it('TRU-03 S-045 a name that imitates the host’s own is said to, in whatever letters', () => {
    expect(named('Reporter')).toEqual([])
    for (const name of ['Acme', 'ACME Support', '\u0410\u0441me', 'A\u200bcme']) {
      expect(named(name)).toHaveLength(1)
      expect(named(name)[0]).toContain('Its name resembles Acme')
    }
  })

  it('TRU-03 the host’s own apps may bear its name', () => {
    expect(named('Acme Reporter', { verified: true, registration: 'manual' })).toEqual([])
  })

  it('DCR-14 a website on another host than the receiver is, and both are named', () => {
    const [told, ...others] = warnings(draw({ warnings: ['other_host'], redirectHost: 'evil.example' }))
    expect(others).toEqual([])
    expect(told).toContain('Website and receiver do not match')
    expect(told).toContain('belongs to reporter.example, but your answer would go to evil.example')
  })

  it('TRU-03 the host’s own doubts are told', () => {
    expect(warnings(draw({ warnings: ['suspicious'] }))[0]).toContain('Acme has doubts about this app')
  })

  it('warnings stand before the form', () => {
    const text = main(draw({ warnings: ['suspicious'] }))
    expect(text.indexOf('has doubts')).toBeLessThan(text.indexOf('Signed in as'))
  })
})

describe('who approves', () => {
  it('may be somebody else, by a link that asks the same again', () => {
    const page = draw({ switchAccount: '/login?next=%2Foauth%2Fauthorize%3Fclient_id%3Dx' })
    const link = all(page, 'a').find((one) => textOf(one) === 'Use a different account')
    expect(link?.attributes.get('href')).toBe('/login?next=%2Foauth%2Fauthorize%3Fclient_id%3Dx')
  })

  it('also where they have nothing to give', () => {
    expect(main(draw({ scopes: [], switchAccount: '/login' }))).toContain('Use a different account')
  })

  it.each([null, 'javascript:alert(1)', '//evil.example', '/\\evil.example', 'data:text/html,x', 'http://a.example/'])(
    'S-132 is not offered it when it leads to %s',
    (switchAccount) => {
      expect(main(draw({ switchAccount }))).not.toContain('Use a different account')
    },
  )
})

describe('where the answer goes', () => {
  it('a client that cannot be redirected to: a code that the person copies', () => {
    const text = main(draw({ byHand: true, redirectHost: 'a code shown to you' }))
    expect(text).toContain('Your answer is a code that you copy')
    expect(text).not.toContain('a code shown to you')
    expect(text).not.toContain('Your answer goes to')
  })
})

describe('scopes under headings', () => {
  const grouped = [
    { ...admin, group: 'Data' },
    { ...write, group: 'Data' },
    { ...read, group: 'Nothing that shows' },
    { ...billing, group: 'Billing' },
  ]

  it('CON-01 stand under the heading of their group, those without one first', () => {
    const members = { ...billing, name: 'members:read', group: null }
    const fieldsets = all(draw({ scopes: [...grouped, members] }), 'fieldset', { class: 'heading' })
    expect(fieldsets.map((one) => all(one, 'legend').map(textOf))).toEqual([['Data'], ['Billing']])
    const boxes = fieldsets.map((one) => all(one, 'input').map(({ attributes }) => attributes.get('value')))
    expect(boxes).toEqual([['project:admin', 'project:write', 'project:read'], ['billing:read']])
    const text = main(draw({ scopes: [...grouped, members] }))
    expect(text.indexOf('members:read')).toBeLessThan(text.indexOf('Data'))
  })

  it('without groups there are no headings', () => {
    expect(all(draw(), 'fieldset', { class: 'heading' })).toEqual([])
  })
})

describe('read only', () => {
  const scopes = [write, { ...read, readOnly: true }]
  const radios = (page: Element) => all(page, 'input', { name: 'access' })

  it('is offered where the view says so, and never chosen beforehand', () => {
    expect(radios(draw({ scopes }))).toEqual([])
    const page = draw({ scopes, readOnly: true })
    expect(radios(page).map(({ attributes }) => attributes.get('value'))).toEqual(['full', 'read_only'])
    expect(values(page, 'access')).toEqual(['full'])
  })

  it('stays chosen when the page is shown again', () => {
    const page = draw({ scopes, readOnly: true, last: { ...last, readOnly: true } })
    expect(values(page, 'access')).toEqual(['read_only'])
  })

  it('marks what it would leave out, for the stylesheet', () => {
    const items = all(draw({ scopes, readOnly: true }), 'li').filter(({ attributes }) =>
      attributes.get('class')?.startsWith('scope'),
    )
    expect(items.map(({ attributes }) => attributes.get('class'))).toEqual(['scope more', 'scope'])
  })
})

describe('many projects', () => {
  const page = parse(drawn.consent(crowded, setting))
  const short = draw()

  it('are searched from a certain number on, with what was looked for still there', () => {
    expect(all(short, 'input', { name: 'search' })).toEqual([])
    const field = one(page, 'input', { name: 'search' })
    expect(field.attributes.get('value')).toBe('proj')
    expect(field.attributes.get('maxlength')).toBe('100')
  })

  it('are turned over by buttons of the form, which need nothing chosen', () => {
    const buttons = all(page, 'button', { name: 'look' })
    expect(buttons.map((one) => [textOf(one), one.attributes.get('value')])).toEqual([
      ['Show this page again', '1'],
      ['Search', '1'],
      ['Previous', '1'],
      ['Next', '3'],
    ])
    expect(buttons.every(({ attributes }) => attributes.has('formnovalidate'))).toBe(true)
    expect(main(page)).toContain('Page 2 of 3')
    expect(values(page, 'page')).toEqual(['2'])
  })

  it('cannot be turned beyond the ends', () => {
    const at = (number: number) => {
      const list = { ...crowded.projects!.list, page: number }
      return all(draw({ ...crowded, projects: { ...crowded.projects!, list } }), 'button', {
        class: 'button small quiet',
      })
        .filter(({ attributes }) => attributes.has('disabled'))
        .map(textOf)
    }
    expect([at(1), at(2), at(3)]).toEqual([['Previous'], [], ['Next']])
  })

  it('those chosen elsewhere come along, and can be given up', () => {
    expect(values(page, 'project')).toEqual(['p1'])
    const kept = one(page, 'ul', { 'aria-labelledby': 'projects-kept' })
    expect(textOf(kept)).toContain('Project 1')
    expect(all(kept, 'input')[0]?.attributes.get('type')).toBe('checkbox')
  })

  it('one chosen elsewhere is among those of which one can be chosen', () => {
    const projects = { ...crowded.projects!, choose: 'one' as const }
    const radios = all(draw({ ...crowded, projects }), 'input', { name: 'project', type: 'radio' })
    expect(radios).toHaveLength(51)
    expect(radios[0]?.attributes.has('checked')).toBe(true)
  })

  it('nothing that is found is said', () => {
    const list = { ...crowded.projects!.list, search: '<none>', found: 0, pages: 1, page: 1, kept: [] }
    const none = draw({ ...crowded, projects: { ...crowded.projects!, options: [], list } })
    expect(main(none)).toContain('Nothing is called “<none>”.')
    expect(all(none, 'button', { value: 'approve' })).toHaveLength(1)
  })

  it('of which none on this page has anything to give, are no reason to give up', () => {
    const options = [{ id: 'a', name: 'A', scope: [] }]
    const lacking = draw({ ...crowded, projects: { ...crowded.projects!, options } })
    expect(all(lacking, 'button', { value: 'approve' })).toHaveLength(1)
  })

  it('a script comes along only where there is something to filter', () => {
    expect(all(short, 'script')).toEqual([])
    expect(one(page, 'script').attributes.get('nonce')).toBe(setting.nonce)
  })
})

describe('a label', () => {
  it('is asked for, empty, and shown again', () => {
    const field = one(draw(), 'input', { name: 'label' })
    expect(field.attributes.get('value')).toBe('')
    expect(field.attributes.get('maxlength')).toBe('60')
    const again = draw({ problem: 'project_missing', last: { ...last, label: '"><script>my laptop' } })
    expect(one(again, 'input', { name: 'label' }).attributes.get('value')).toBe('"><script>my laptop')
  })
})

describe('when it cannot be approved', () => {
  it.each([
    ['project_too_many', 'Choose 200 at most.'],
    ['read_only', 'This app cannot do with reading alone.'],
  ] as const)('%s is said on top, aloud', (problem, text) => {
    expect(textOf(one(draw({ problem }), 'div', { role: 'alert' }))).toContain(text)
  })
})
