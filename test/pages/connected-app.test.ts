import { describe, expect, it } from 'vitest'
import { pages } from '../../src/pages/index.js'
import type { ConnectedAppView } from '../../src/views.js'
import { all, type Element, one, parse, posted, textOf } from './markup.js'
import { connectedOne, read, reporter, setting, write } from './samples.js'

const drawn = pages({ name: 'Acme' })
const action = '/settings/connected-apps/change'
const draw = (differences: Partial<ConnectedAppView> = {}): Element =>
  parse(drawn.connectedApp({ ...connectedOne, ...differences }, { ...setting, action }))

const save = (page: Element) => all(page, 'form').find((form) => all(form, 'input', { name: 'scope' }).length > 0)!
const sent = (page: Element) => {
  const form = save(page)
  const button = one(form, 'button')
  return posted({ ...form, children: [...form.children, named(button)] }, ['save', '']).slice(0, -1)
}
/** The button that saves has no name of its own to be found by. */
const named = (button: Element): Element => ({
  ...button,
  attributes: new Map([
    ['name', 'save'],
    ['value', ''],
  ]),
})

describe('changing a connection', () => {
  it('shows which one it is and what it has, all of it ticked', () => {
    const page = draw()
    expect(textOf(one(page, 'h1'))).toBe('What Reporter may do')
    expect(textOf(one(page, 'h2', { id: 'connection' }))).toBe('Workspace Alpha and Beta')
    expect(save(page).attributes.get('action')).toBe(action)
    expect(sent(page)).toEqual([
      ['csrf', 'csrf_52bd'],
      ['grant', 'grant_1'],
      ['project', 'alpha'],
      ['project', 'beta'],
      ['scope', 'project:write'],
      ['scope', 'project:read'],
    ])
  })

  it('says what cannot be taken away alone, and posts it whatever is ticked', () => {
    const page = draw({ scopes: [write, { ...read, required: true }], last: { scope: [], projects: [] } })
    expect(textOf(page)).toContain(
      'This app cannot work without: See workspaces and read data. To take that away, disconnect the app.',
    )
    expect(sent(page)).toEqual([
      ['csrf', 'csrf_52bd'],
      ['grant', 'grant_1'],
      ['scope', 'project:read'],
    ])
    expect(textOf(draw())).not.toContain('cannot work without')
  })

  it('of a connection to everything, "all" is what is chosen until somebody says otherwise', () => {
    const projects = { ...connectedOne.projects!, choose: 'all' as const }
    const page = draw({ grant: { ...connectedOne.grant, projects: 'all' }, projects })
    expect(sent(page)).toContainEqual(['projects', 'all'])
    expect(sent(page).filter(([name]) => name === 'project')).toEqual([])
  })

  it('has no choice of projects where there is only one, and nothing to save where there is nothing to take', () => {
    expect(all(draw({ projects: null }), 'input', { name: 'project' })).toEqual([])
    const page = draw({ grant: { ...connectedOne.grant, narrowable: false } })
    expect(save(page)).toBeUndefined()
    expect(all(page, 'button', { value: 'revoke' })).toHaveLength(1)
  })

  it('disconnects by way of the list, and leads back there', () => {
    const page = draw()
    const list = '/settings/connected-apps'
    const form = all(page, 'form').find((one) => all(one, 'button', { value: 'revoke' }).length > 0)!
    expect(form.attributes.get('action')).toBe(list)
    expect(posted(form, ['action', 'revoke'])).toEqual([
      ['csrf', 'csrf_52bd'],
      ['grant', 'grant_1'],
      ['action', 'revoke'],
    ])
    const cancel = all(page, 'a').find((link) => textOf(link) === 'Cancel')
    expect(cancel?.attributes.get('href')).toBe(list)
  })

  it.each([
    ['nothing_left', 'Leave at least one permission'],
    ['scope_required', 'This app cannot work without: See workspaces and read data'],
  ] as const)('says why nothing was changed: %s', (problem, text) => {
    const page = draw({
      problem,
      scopes: [write, { ...read, required: true }],
      last: { scope: ['project:write'], projects: ['beta'] },
    })
    expect(textOf(one(page, 'div', { role: 'alert' }))).toContain('Nothing was changed')
    expect(textOf(one(page, 'div', { role: 'alert' }))).toContain(text)
    expect(sent(page).filter(([name]) => name === 'project')).toEqual([['project', 'beta']])
    expect(all(draw(), 'div', { role: 'alert' })).toEqual([])
  })

  it('S-132 escapes everything', () => {
    const evil = '"><script>alert(1)</script>'
    const client = { ...reporter, id: evil, name: evil, logo: evil, website: 'javascript:alert(1)' }
    const grant = {
      ...connectedOne.grant,
      client,
      id: evil,
      label: evil,
      lastUse: { at: 1, address: evil, agent: evil },
    }
    const page = draw({
      csrf: evil,
      person: { subject: evil, name: evil },
      projectLabel: evil,
      grant,
      scopes: [{ ...read, name: evil, description: evil }],
      projects: { ...connectedOne.projects!, label: evil, options: [{ id: evil, name: evil, scope: [evil] }] },
    })
    expect(all(page, 'script')).toEqual([])
    expect(all(page, 'img')).toEqual([])
    expect(all(page, 'a').map(({ attributes }) => attributes.get('href'))).toEqual(['/settings/connected-apps'])
    expect(textOf(one(page, 'h2', { id: 'connection' }))).toBe(evil)
  })
})
