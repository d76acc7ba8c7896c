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
    expect(apps(page).map((app) => textOf(one(app, 'h2')))).toEqual(['Reporter', 'Chart Studio'])
    expect(apps(page).map((app) => all(app, 'li', { class: 'grant' }).length)).toEqual([2, 1])
  })

  it('CON-05 shows scopes in words, projects, and when it was authorised and used', () => {
    const text = textOf(drawGrant({}))
    for (const expected of [
      'Not verified',
      'Workspace Alpha',
      'See workspaces and read data',
      'ConnectedMay 28, 2026',
      'Last usedJul 2, 2026',
      'Stays connectedAlso while you are away',
      'EndsAug 1, 2026 unless it is used before, May 28, 2027 at the latest',
    ])
      expect(text).toContain(expected)
    expect(all(drawGrant({}), 'time').map(({ attributes }) => attributes.get('datetime'))).toEqual([
      '2026-05-28T20:26:40.000Z',
      '2026-07-02T13:46:40.000Z',
      '2026-08-01T13:46:40.000Z',
      '2027-05-28T20:26:40.000Z',
    ])
    expect(textOf(drawGrant({ lastUse: null }))).toContain('Last usedNever')
    expect(textOf(drawGrant({ projects: 'all' }))).toContain('All, including future ones')
    expect(textOf(drawGrant({ idleUntil: null }))).toContain('EndsMay 28, 2027 at the latest')
    const ending = textOf(drawGrant({ keepAlive: false, idleUntil: null }))
    expect(ending).toContain('Stays connectedNo, it ends by itself')
    expect(ending).toContain('EndsMay 28, 2027')
    expect(ending).not.toContain('at the latest')
    expect(textOf(draw({ projectLabel: null }))).not.toContain('Workspace')
  })

  it('tells the time of day, and of which zone, of what is near', () => {
    const at = connected.now + 3_600
    const soon = textOf(drawGrant({ keepAlive: false, idleUntil: null, expiresAt: at }))
    expect(soon).toMatch(/EndsJul 7, 2026, 5:53.AM UTC/)
    const now = connected.now
    const then = (expiresAt: number) => textOf(drawGrant({ keepAlive: false, idleUntil: null, expiresAt }))
    expect(then(now + 172_799)).toContain('UTC')
    expect(then(now + 172_800)).not.toContain('UTC')
  })

  it('tells with what and from where it was last used, as far as anybody knows', () => {
    const used = (use: { address?: string; agent?: string }) =>
      textOf(drawGrant({ lastUse: { at: 1_783_000_000, address: null, agent: null, ...use } }))
    expect(used({ address: '203.0.113.7' })).toContain('Jul 2, 2026203.0.113.7')
    expect(used({ agent: 'claude-code/1.0.30 (cli)' })).toContain('Jul 2, 2026Claude Code')
    const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0'
    expect(used({ address: '2001:db8::7', agent: firefox })).toContain('Jul 2, 2026Firefox on Linux · 2001:db8::7')
  })

  it('a connection goes by its label, or else by where it works, or else by when it was made', () => {
    const heading = (page: Element) => textOf(one(page, 'h3'))
    expect(heading(drawGrant({ label: 'Work laptop' }))).toBe('Work laptop')
    expect(textOf(drawGrant({ label: 'Work laptop' }))).toContain('WorkspaceAlpha')
    expect(heading(drawGrant({ label: '\u202e ' }))).toBe('Workspace Alpha')
    const alone = draw({ projectLabel: null, grants: [{ ...first!, projects: [] }] })
    expect(heading(alone)).toBe('Connected May 28, 2026')
  })

  it('puts connections of one name beside each other, and counts as people do', () => {
    const named = (id: string, label: string | null): GrantView => ({ ...first!, id, label })
    const grants = [named('a', 'Laptop 10'), named('b', 'Alpha'), named('c', 'Laptop 2'), named('d', null)]
    expect(all(draw({ grants }), 'h3').map(textOf)).toEqual(['Alpha', 'Workspace Alpha', 'Laptop 2', 'Laptop 10'])
  })

  it('leads to the page that changes a connection, where there is anything to change', () => {
    const change = (page: Element) => all(page, 'a', { class: 'button small quiet' })
    const [link] = change(drawGrant({ id: 'grant/1&2', narrowable: true }))
    expect(link?.attributes.get('href')).toBe('/settings/connected-apps/change?grant=grant%2F1%262')
    expect(textOf(link!)).toBe('Change: Reporter, Alpha')
    expect(change(drawGrant({ narrowable: false }))).toEqual([])
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
    expect(all(draw({ continued: true }), 'input', { name: 'client' })).toHaveLength(2)
  })

  it('everything can be disconnected, where there is more than one app', () => {
    const everything = (page: Element) =>
      all(page, 'form').filter((form) => all(form, 'button', { value: 'revoke_all' }).length > 0)
    const [form, ...others] = everything(draw())
    expect(others).toEqual([])
    expect(posted(form!, ['action', 'revoke_all'])).toEqual([
      ['csrf', 'csrf_52bd'],
      ['action', 'revoke_all'],
    ])
    expect(everything(drawGrant({}))).toEqual([])
    expect(everything(draw({ grants: [first!], next: 'more' }))).toHaveLength(1)
  })

  it('every button tells apart what it disconnects', () => {
    const names = all(draw(), 'summary').map(textOf)
    expect(names).toEqual([
      'Disconnect: Reporter, Alpha',
      'Disconnect: Reporter, Beta',
      'Disconnect all: Reporter',
      'Disconnect: Chart Studio, All, including future ones',
      'Disconnect everything',
    ])
  })

  it('leads to the next page when there is one', () => {
    expect(all(draw(), 'a', { rel: 'next' })).toEqual([])
    expect(one(draw({ next: 'a/b&c' }), 'a', { rel: 'next' }).attributes.get('href')).toBe('?after=a%2Fb%26c')
  })

  it('leads back to the first page from every other, an empty one too', () => {
    const back = (page: Element) => all(page, 'a').filter((link) => textOf(link) === 'Back to the start')
    expect(back(draw())).toEqual([])
    const page = draw({ continued: true, grants: [] })
    expect(back(page).map(({ attributes }) => attributes.get('href'))).toEqual(['/settings/connected-apps'])
    expect(textOf(page)).toContain('There are no more connections')
    expect(textOf(page)).not.toContain('No app is connected')
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
          label: evil,
          lastUse: { at: 1, address: evil, agent: evil },
        },
      ],
    })
    expect(all(page, 'script')).toEqual([])
    expect(all(page, 'img')).toEqual([])
    expect(all(page, 'a').map(({ attributes }) => attributes.get('href'))).toEqual([
      `/settings/connected-apps/change?grant=${encodeURIComponent(evil)}`,
      `?after=${encodeURIComponent(evil)}`,
    ])
    expect(textOf(one(page, 'h3'))).toBe(evil)
    expect(one(page, 'input', { name: 'grant' }).attributes.get('value')).toBe(evil)
  })
})
