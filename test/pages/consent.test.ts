import { describe, expect, it } from 'vitest'
import { pages } from '../../src/pages/index.js'
import type { ClientView, ConsentView } from '../../src/views.js'
import { all, type Element, one, parse, posted, textOf } from './markup.js'
import { admin, billing, chart, consent, read, reporter, setting, write } from './samples.js'

const drawn = pages({ name: 'Acme' })
const draw = (differences: Partial<ConsentView> = {}): Element =>
  parse(drawn.consent({ ...consent, ...differences }, setting))
const drawClient = (differences: Partial<ClientView>, verified = false) =>
  draw({ client: { ...reporter, verified, ...differences } })

const projects = { ...consent.projects!, options: consent.projects!.options.slice(0, 2) }
const form = (page: Element) => one(page, 'form')
const box = (page: Element, name: string, value: string) => one(page, 'input', { name, value, type: 'checkbox' })
const approved = (page: Element) => posted(form(page), ['decision', 'approve'])
const values = (fields: readonly [string, string][], name: string) =>
  fields.filter(([key]) => key === name).map(([, value]) => value)

describe('who asks, and where the answer goes', () => {
  it('CON-01 shows the name, the person, the resources and the host of the redirect', () => {
    const page = draw()
    expect(textOf(one(page, 'h1'))).toBe('Reporter wants access to Acme')
    expect(textOf(one(page, 'title'))).toBe('Reporter wants access to Acme · Acme')
    const text = textOf(one(page, 'main'))
    expect(text).toContain('Signed in as alice@acme.example')
    expect(text).toContain('Acme API and Acme MCP')
    expect(text).toContain('Your answer goes to reporter.example')
    expect(text).toContain('Anybody can give an app this name.')
  })

  it.each([
    [{ registration: 'dynamic' }, 'Not verified: this app registered itself'],
    [{ registration: 'user' }, 'Not verified: added by a user of Acme'],
    [{ registration: 'manual' }, 'Not verified by Acme'],
    [
      { registration: 'metadata_document', id: 'https://claude.example/oauth.json' },
      'Not verified: described by claude.example',
    ],
  ] as const)('TRU-05 says of %j: %s', (differences, text) => {
    expect(textOf(drawClient(differences))).toContain(text)
    expect(textOf(drawClient(differences))).not.toContain('Verified by')
  })

  it('TRU-05 says so when the host vouches for a client', () => {
    const text = textOf(one(draw({ client: chart }), 'main'))
    expect(text).toContain('Verified by Acme')
    expect(text).not.toMatch(/not verified|Anybody/i)
  })

  it('NA-06 warns of a program on the device, in plain words', () => {
    const text = textOf(draw({ loopback: true, redirectHost: 'localhost:3118' }))
    expect(text).toContain('Your answer goes to a program on this device')
    expect(text).toContain('Acme cannot check which program receives it (localhost:3118).')
  })

  it('CON-06 shows a host whole, since it is known by its end', () => {
    const redirectHost = `${'accounts.good.example.'.repeat(10)}evil.example`
    expect(textOf(draw({ redirectHost }))).toContain(redirectHost)
  })

  it('S-045 cleans a name of what cannot be seen or turns the text around, and limits it', () => {
    expect(textOf(one(drawClient({ name: 'Cla\u200bude\u202e\u0007 ' }), 'h1'))).toBe('Claude wants access to Acme')
    expect(textOf(one(drawClient({ name: 'x'.repeat(500) }), 'h1')).length).toBeLessThan(110)
    expect(textOf(one(drawClient({ name: '\u202e' }), 'h1'))).toBe('client_7Yd2 wants access to Acme')
  })

  it('S-156 shows a logo only of a client that the host vouches for', () => {
    expect(all(drawClient({}), 'img')).toEqual([])
    const [image] = all(drawClient({}, true), 'img')
    expect(image?.attributes.get('src')).toBe('https://reporter.example/logo.png')
    expect(image?.attributes.get('referrerpolicy')).toBe('no-referrer')
  })

  it('S-132 drops URLs that are not https', () => {
    const page = drawClient({ logo: 'javascript:alert(1)', website: 'data:text/html,x' }, true)
    expect(all(page, 'img')).toEqual([])
    expect(all(page, 'a')).toEqual([])
    const link = one(draw(), 'a')
    expect(link.attributes.get('href')).toBe('https://reporter.example/')
    expect(link.attributes.get('rel')).toContain('noopener')
    expect(textOf(link)).toBe('reporter.example')
  })

  it('S-132 escapes everything that a client, a person or a project says', () => {
    const evil = "\"><script>alert(1)</script><img src=x onerror='a'>&amp;"
    const page = draw({
      id: evil,
      csrf: evil,
      client: { ...reporter, id: evil, name: evil, logo: evil, website: evil },
      redirectHost: evil,
      person: { subject: evil, name: evil },
      resources: [evil],
      scopes: [
        { ...read, name: evil, description: evil },
        { ...billing, description: evil, held: false },
      ],
      projects: { ...projects, label: evil, options: [{ id: evil, name: evil, scope: [evil] }] },
    })
    expect(all(page, 'script')).toEqual([])
    expect(all(page, 'img')).toEqual([])
    for (const field of ['id', 'csrf', 'scope', 'project']) expect(values(approved(page), field)).toEqual([evil])
    expect(textOf(page).split(evil).length).toBeGreaterThan(8)
  })
})

describe('the form', () => {
  it('CON-02 posts to the page itself, with the interaction and the CSRF value', () => {
    const page = draw({ projects: { ...projects, chosen: ['beta'] } })
    expect(form(page).attributes.get('method')).toBe('post')
    expect(form(page).attributes.get('action')).toBe('/oauth/consent')
    expect(approved(page)).toEqual([
      ['id', 'int_4f9c'],
      ['csrf', 'csrf_81aa'],
      ['project', 'beta'],
      ['scope', 'project:admin'],
      ['scope', 'project:write'],
      ['scope', 'project:read'],
      ['keep_alive', '1'],
      ['label', ''],
      ['decision', 'approve'],
    ])
  })

  it('CON-01 denying is as easy as approving, and the Enter key does neither', () => {
    const [enter, deny, approve, ...others] = all(form(draw()), 'button')
    expect(others).toEqual([])
    expect(enter?.attributes.get('name')).toBe('look')
    expect(enter?.attributes.has('formnovalidate')).toBe(true)
    expect(deny?.attributes.get('value')).toBe('deny')
    expect(deny?.attributes.has('formnovalidate')).toBe(true)
    expect(deny?.attributes.get('class')).toContain('button')
    expect(approve?.attributes.get('value')).toBe('approve')
    expect(approve?.attributes.get('class')).toContain('button')
  })

  it('CON-01 a required scope is ticked, locked and posted all the same', () => {
    const page = draw({ scopes: [read, { ...billing, required: true }] })
    const attributes = box(page, 'scope', 'billing:read').attributes
    expect(attributes.has('checked') && attributes.has('disabled')).toBe(true)
    expect(values(approved(page), 'scope')).toEqual(['project:read', 'billing:read'])
    expect(textOf(page)).toContain('Needed by this app')
  })

  it('CON-03 what the person lacks is shown with the reason, and cannot be posted', () => {
    const page = draw({ scopes: [{ ...admin, held: false }, write, read] })
    expect(values(approved(page), 'scope')).toEqual(['project:write', 'project:read'])
    expect(textOf(page)).toContain('you are not allowed to do it yourself')
    const [locked] = all(one(page, 'fieldset', { 'aria-describedby': 'lacking-hint' }), 'input')
    expect(locked?.attributes.has('disabled')).toBe(true)
    expect(locked?.attributes.has('name')).toBe(false)
  })

  it('CON-01 marks what is sensitive and what is included', () => {
    const page = draw()
    const [outer] = all(page, 'li', { class: 'scope' })
    expect(textOf(outer!)).toContain('Sensitive')
    const nested = one(page, 'ul', { 'aria-labelledby': 'scope-0-brings' })
    expect(all(nested, 'input').map(({ attributes }) => attributes.get('value'))).toEqual([
      'project:write',
      'project:read',
    ])
    expect(textOf(one(page, 'p', { id: 'scope-0-brings' }))).toBe('Included')
  })

  it('asks for keeping the connection only of a client that can', () => {
    expect(values(approved(draw({ keepAlive: false })), 'keep_alive')).toEqual([])
  })
})

describe('the choice of projects', () => {
  it('one: none is chosen beforehand when there are several, and one has to be', () => {
    const page = draw({ projects })
    const radios = all(page, 'input', { name: 'project', type: 'radio' })
    expect(radios.map(({ attributes }) => attributes.get('value'))).toEqual(['alpha', 'beta'])
    expect(radios.every(({ attributes }) => attributes.has('required'))).toBe(true)
    expect(values(approved(page), 'project')).toEqual([])
  })

  it('one: the only one that can be chosen is', () => {
    const [alpha, , archive] = consent.projects!.options
    const page = draw({ projects: { ...projects, options: [alpha!, archive!] } })
    expect(values(approved(page), 'project')).toEqual(['alpha'])
  })

  it('shows what a person has less of in a project, and locks one where they have nothing', () => {
    const page = draw()
    expect(textOf(page)).toContain('BetaHere you can only give: See workspaces and read data')
    expect(textOf(page)).toContain('ArchiveYou have none of these permissions here.')
    expect(one(page, 'input', { name: 'project', value: 'archive' }).attributes.has('disabled')).toBe(true)
  })

  it('many: a box for each', () => {
    const page = draw({ projects: { ...projects, choose: 'many', chosen: ['alpha', 'beta'] } })
    expect(values(approved(page), 'project')).toEqual(['alpha', 'beta'])
    expect(all(page, 'input', { name: 'projects' })).toEqual([])
  })

  it('all: offers all current and future ones, never beforehand', () => {
    const page = draw({ projects: { ...projects, choose: 'all', chosen: ['alpha'] } })
    const pair = all(page, 'input', { name: 'projects', type: 'radio' })
    expect(pair.map(({ attributes }) => attributes.get('value'))).toEqual(['all', 'selected'])
    expect(values(approved(page), 'projects')).toEqual(['selected'])
    expect(values(approved(page), 'project')).toEqual(['alpha'])
  })

  it('a host without projects has no such choice', () => {
    expect(all(draw({ projects: null }), 'input', { name: 'project' })).toEqual([])
  })
})

describe('when it cannot be approved', () => {
  it.each([
    ['scope_missing', 'Tick at least one permission'],
    ['project_missing', 'Choose where the app may work'],
  ] as const)('%s is said on top, aloud', (problem, text) => {
    const page = draw({ problem })
    const alert = one(page, 'div', { role: 'alert' })
    expect(textOf(alert)).toContain(text)
    expect(textOf(one(page, 'main')).indexOf(textOf(alert))).toBe(0)
  })

  it.each([
    [
      'no project',
      { projects: { ...projects, options: [], list: { ...projects.list, total: 0 } } },
      'There is nothing to connect yet',
    ],
    ['no scope', { scopes: [{ ...read, held: false }] }, 'You cannot give this access'],
    [
      'no scope in any project',
      {
        projects: {
          ...projects,
          options: [{ id: 'a', name: 'A', scope: [] }],
          list: { ...projects.list, total: 1 },
        },
      },
      'You cannot give this access',
    ],
  ])('a person with %s is told so and can only go back', (_, differences, title) => {
    const page = draw(differences)
    expect(textOf(one(page, 'h1'))).toBe(title)
    expect(textOf(page)).toContain('Nothing was shared.')
    const [back, ...others] = all(page, 'button')
    expect(others).toEqual([])
    expect(textOf(back!)).toBe('Back to Reporter')
    expect(posted(form(page), ['decision', 'deny'])).toEqual([
      ['id', 'int_4f9c'],
      ['csrf', 'csrf_81aa'],
      ['decision', 'deny'],
    ])
  })
})
