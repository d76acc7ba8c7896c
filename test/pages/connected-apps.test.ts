import { describe, expect, it } from 'vitest'
import { pages } from '../../src/pages/index.js'
import type { ConnectedAppsView, GrantView } from '../../src/views.js'
import { all, type Element, one, parse, posted, textOf } from './markup.js'
import { connected, reporter, setting } from './samples.js'

const drawn = pages({ name: 'Acme' })
const draw = (differences: Partial<ConnectedAppsView> = {}): Element =>
  parse(drawn.connectedApps({ ...connected, ...differences }, { ...setting, action: '/settings/connected-apps' }))
const apps = (page: Element) => all(page, 'li', { class: 'card app' })
const [first] = connected.grants
const drawGrant = (differences: Partial<GrantView>) => draw({ grants: [{ ...first!, ...differences }] })

describe('connected apps', () => {
  it('groups the grants of one client, in the order they came', () => {
    const page = draw()
    expect(all(page, 'h2').map(textOf)).toEqual(['Reporter', 'Chart Studio'])
    expect(apps(page).map((app) => all(app, 'li', { class: 'grant' }).length)).toEqual([2, 1])
  })

  it('shows scopes in words, projects, and when it was authorised and used', () => {
    const text = textOf(drawGrant({}))
    for (const expected of [
      'Not verified',
      'WorkspaceAlpha',
      'See workspaces and read data',
      'May 28, 2026',
      'Jul 2, 2026',
    ])
      expect(text).toContain(expected)
    expect(all(drawGrant({}), 'time').map(({ attributes }) => attributes.get('datetime'))).toEqual([
      '2026-05-28T20:26:40.000Z',
      '2026-07-02T13:46:40.000Z',
      '2027-05-28T20:26:40.000Z',
    ])
    expect(textOf(drawGrant({ lastUsedAt: null }))).toContain('Last usedNever')
    expect(textOf(drawGrant({ projects: 'all' }))).toContain('All, including future ones')
    expect(textOf(drawGrant({ keepAlive: true }))).toContain('at the latest; stays connected until then')
    expect(textOf(drawGrant({ keepAlive: false }))).not.toContain('stays connected')
    expect(textOf(draw({ projectLabel: null }))).not.toContain('Workspace')
  })

  it('S-030 each grant has a form that revokes it and nothing else', () => {
    const forms = all(draw(), 'form').filter((form) => all(form, 'input', { name: 'grant' }).length > 0)
    expect(forms.map(({ attributes }) => [attributes.get('method'), attributes.get('action')])).toEqual(
      Array.from({ length: 3 }, () => ['post', '/settings/connected-apps']),
    )
    expect(forms.map((form) => posted(form, ['action', 'revoke']))).toEqual(
      ['grant_1', 'grant_3', 'grant_2'].map((grant) => [
        ['csrf', 'csrf_52bd'],
        ['grant', grant],
        ['action', 'revoke'],
      ]),
    )
  })

  it('an app with several grants can be disconnected as a whole', () => {
    const page = draw()
    const form = all(page, 'form').find((candidate) => all(candidate, 'input', { name: 'client' }).length > 0)
    expect(posted(form!, ['action', 'revoke_client'])).toEqual([
      ['csrf', 'csrf_52bd'],
      ['client', reporter.id],
      ['action', 'revoke_client'],
    ])
    expect(all(page, 'input', { name: 'client' })).toHaveLength(1)
    expect(all(draw({ next: 'more' }), 'input', { name: 'client' })).toHaveLength(2)
  })

  it('every button tells apart what it disconnects', () => {
    const names = all(draw(), 'summary').map(textOf)
    expect(names).toEqual([
      'Disconnect: Reporter, Alpha',
      'Disconnect: Reporter, Beta',
      'Disconnect all: Reporter',
      'Disconnect: Chart Studio, All, including future ones',
    ])
  })

  it('leads to the next page when there is one', () => {
    expect(all(draw(), 'a', { rel: 'next' })).toEqual([])
    expect(one(draw({ next: 'a/b&c' }), 'a', { rel: 'next' }).attributes.get('href')).toBe('?after=a%2Fb%26c')
  })

  it('says so when nothing is connected', () => {
    const page = draw({ grants: [] })
    expect(textOf(one(page, 'h2'))).toBe('No app is connected')
    expect(all(page, 'form')).toEqual([])
  })

  it('S-132 escapes names and drops URLs that are not https', () => {
    const evil = '"><script>alert(1)</script>'
    const page = draw({
      csrf: evil,
      next: evil,
      projectLabel: evil,
      person: { subject: evil, name: evil },
      grants: [
        {
          ...first!,
          id: evil,
          client: { ...reporter, id: evil, name: evil, logo: evil, website: 'javascript:alert(1)', verified: true },
          scopes: [{ name: evil, description: evil }],
          projects: [{ id: evil, name: evil }],
        },
      ],
    })
    expect(all(page, 'script')).toEqual([])
    expect(all(page, 'img')).toEqual([])
    expect(all(page, 'a').map(({ attributes }) => attributes.get('href'))).toEqual([
      `?after=${encodeURIComponent(evil)}`,
    ])
    expect(one(page, 'input', { name: 'grant' }).attributes.get('value')).toBe(evil)
  })
})
