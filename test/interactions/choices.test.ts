import type { ClientId } from 'grantor'
import { describe, expect, it } from 'vitest'
import { changed, formOf, openBrowser, type Page, signIn, valuesOf } from '../support/browser.js'
import {
  type Attempt,
  approve,
  authorize,
  connect,
  exchange,
  openAttempt,
  publicClient,
  register,
  tokensOf,
} from '../support/flow.js'
import { registerManually, type TestOptions, type TestProvider, testProvider } from '../support/provider.js'

const consentPath = '/oauth/interaction'

const scopes = {
  'project:read': { description: 'See workspaces and read data', readOnly: true },
  'project:write': { description: 'Create and change things', implies: ['project:read'] },
  'project:admin': { description: 'Delete workspaces', implies: ['project:write'], sensitive: true },
  'billing:read': { description: 'See invoices', readOnly: true, group: 'Billing' },
} as const

const everything = { scope: 'project:admin billing:read' }
const holding = (held: readonly string[] = Object.keys(scopes)): TestOptions => ({ scopes, entitlements: () => held })

const many = (count: number, held: (project: string) => readonly string[] = () => ['project:admin']) => {
  const asked: string[] = []
  const options: TestOptions = {
    projects: {
      label: 'workspace',
      choose: 'many',
      list: () => Array.from({ length: count }, (_, index) => ({ id: `p${index}`, name: `Project ${index}` })),
    },
    entitlements: ({ project }) => {
      asked.push(project ?? '')
      return held(project ?? '')
    },
  }
  return { options, asked }
}

const open = async (box: TestProvider, params = {}, metadata: object = publicClient) =>
  openAttempt(box, await register(box, { ...metadata }), params)

const form = (page: Page) => formOf(page, ['decision', 'approve'])
const projectsOf = (page: Page) => form(page).fields.filter(({ name }) => name === 'project')
const grantsOf = async (box: TestProvider, { client }: Pick<Attempt, 'client'>) =>
  (await box.provider.grants.list({ clientId: client.client_id as ClientId })).items.map(({ grant }) => grant)

/** The scope that a token gets for a decision. */
async function granted(box: TestProvider, attempt: Awaited<ReturnType<typeof openAttempt>>, changes = {}) {
  const callback = await approve(attempt.browser, attempt, changes)
  return tokensOf(await exchange(box, callback)).scope
}

describe('read only', () => {
  const box = testProvider(holding())

  it('CON-03 gives of what is ticked only what changes nothing, and says so in the token response', async () => {
    expect(await granted(box, await open(box, everything))).toBe(
      'project:read project:write project:admin billing:read',
    )
    const readOnly = { access: 'read_only' }
    expect(await granted(box, await open(box, everything), readOnly)).toBe('project:read billing:read')
    expect(
      await granted(box, await open(box, everything), { ...readOnly, scope: ['project:admin', 'billing:read'] }),
    ).toBe('billing:read')
  })

  it('S-033 never more than was asked for, whatever the form adds', async () => {
    const attempt = await open(box, { scope: 'project:write' })
    const scope = ['project:read', 'billing:read', 'project:admin']
    expect(await granted(box, attempt, { access: 'read_only', scope })).toBe('project:read')
  })

  it('of nothing that can be read is nothing', async () => {
    const attempt = await open(box, everything)
    const page = await attempt.browser.submit(attempt.page, {
      decision: 'approve',
      project: 'alpha',
      access: 'read_only',
      scope: ['project:admin'],
    })
    expect(page.html).toContain('Tick at least one permission')
    expect(valuesOf(form(page)).get('access')).toBe('read_only')
  })

  it.each([
    ['is offered where some scopes change nothing and others do', everything, holding(), true],
    ['is not where all of them change nothing', { scope: 'project:read billing:read' }, holding(), false],
    ['is not to somebody who holds nothing else', everything, holding(['project:read']), false],
    ['is not in a host that marks no scope', { scope: 'project:write' }, {}, false],
  ])('%s', async (_, params, options, offered) => {
    const { page } = await open(testProvider(options), params)
    expect(form(page).fields.some(({ name }) => name === 'access')).toBe(offered)
  })

  describe('for a client that the host says needs more', () => {
    const needy = async (requiredScope: readonly string[]) => {
      const metadata = { ...publicClient, client_name: `Needs ${requiredScope}` }
      const client = await registerManually(box, metadata, { policy: { requiredScope } })
      return openAttempt(box, client, everything)
    }

    it('is not offered, and refused when it comes all the same', async () => {
      const attempt = await needy(['project:write'])
      expect(form(attempt.page).fields.some(({ name }) => name === 'access')).toBe(false)
      const page = await attempt.browser.submit(attempt.page, {
        decision: 'approve',
        project: 'alpha',
        access: 'read_only',
      })
      expect([page.status, page.html]).toEqual([200, expect.stringContaining('cannot do with reading alone')])
      expect(await grantsOf(box, attempt)).toEqual([])
    })

    it('gives what it needs for reading, ticked or not', async () => {
      const attempt = await needy(['billing:read'])
      expect(await granted(box, attempt, { access: 'read_only', scope: ['project:read'] })).toBe(
        'project:read billing:read',
      )
    })
  })
})

describe('required scopes', () => {
  it('CON-03 are the host’s word: a request cannot make a scope required', async () => {
    const box = testProvider()
    const attempt = await open(box, { required_scope: 'project:write', requiredScope: 'project:write' })
    expect(await granted(box, attempt, { scope: ['project:read'] })).toBe('project:read')
  })
})

describe('a label', () => {
  const box = testProvider()
  const labelled = async (label: string) => {
    const attempt = await open(box)
    await approve(attempt.browser, attempt, { label })
    const [grant] = await grantsOf(box, attempt)
    return grant?.details.label
  }

  it.each([
    ['my laptop', 'my laptop'],
    ['  my \t laptop\n', 'my laptop'],
    ['my\u202e lap\u200btop\u0007', 'my laptop'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
    ['💻'.repeat(70), '💻'.repeat(60)],
    ['x'.repeat(61), 'x'.repeat(60)],
    ['', undefined],
    ['\u200b \u202e', undefined],
  ])('%j is kept with the grant as %j', async (label, kept) => {
    expect(await labelled(label)).toBe(kept)
  })

  it('LOG-02 is in the audit log, and nowhere when there is none', async () => {
    const site = testProvider()
    await connect(site, { changes: { label: 'my laptop' } })
    await connect(site)
    const labels = site.events.filter(({ type }) => type === 'grant.created').map(({ data }) => data.label)
    expect(labels).toEqual(['my laptop', undefined])
  })

  it('is shown again after a problem', async () => {
    const attempt = await open(box)
    const page = await attempt.browser.submit(attempt.page, { decision: 'approve', label: 'my laptop' })
    expect(page.html).toContain('Choose where')
    expect(valuesOf(form(page)).get('label')).toBe('my laptop')
  })

  it('GEN-03 S-040 twice is refused', async () => {
    const attempt = await open(box)
    const page = await attempt.browser.submit(attempt.page, {
      decision: 'approve',
      project: 'alpha',
      label: ['one', 'two'],
    })
    expect([page.status, await grantsOf(box, attempt)]).toEqual([400, []])
  })
})

describe('hundreds of projects', () => {
  it('are shown fifty at a time, and the host is asked only about those', async () => {
    const { options, asked } = many(312)
    const { page } = await open(testProvider(options))
    expect(projectsOf(page)).toHaveLength(50)
    expect(asked).toHaveLength(50)
    expect(page.html).toContain('Page 1 of 7')
  })

  it('thousands make the page no larger', async () => {
    const of = async (count: number) => (await open(testProvider(many(count).options))).page.html.length
    expect(Math.abs((await of(5_000)) - (await of(500)))).toBeLessThan(2_000)
  })

  it('are turned over with what was chosen so far, which is asked about as well', async () => {
    const { options, asked } = many(312)
    const box = testProvider(options)
    const attempt = await open(box)
    const second = await attempt.browser.submit(attempt.page, { project: ['p3', 'p7'], look: '2', label: 'x' })
    expect(valuesOf(form(second)).getAll('project')).toEqual(['p3', 'p7'])
    expect(projectsOf(second).map(({ value }) => value)).toEqual([
      'p3',
      'p7',
      ...Array.from({ length: 50 }, (_, index) => `p${index + 50}`),
    ])
    expect(valuesOf(form(second)).get('label')).toBe('x')
    expect(asked.slice(50)).toHaveLength(52)
    const third = await attempt.browser.submit(second, { project: ['p3', 'p51'], look: '3' })
    await approve(attempt.browser, { ...attempt, page: third })
    const [grant] = await grantsOf(box, attempt)
    expect(grant?.projects).toEqual(['p3', 'p51'])
  })

  it('are found by name, in whatever letters, and turned over within what was found', async () => {
    const { options } = many(312)
    const attempt = await open(testProvider(options))
    const found = await attempt.browser.submit(attempt.page, { look: '1', search: ' PROJECT 3 ' })
    // 3, 30 to 39, 300 to 311.
    expect(projectsOf(found)).toHaveLength(23)
    expect(valuesOf(form(found)).get('search')).toBe('PROJECT 3')
    const none = await attempt.browser.submit(found, { look: '1', search: '<b>nothing</b>' })
    expect(none.html).toContain('Nothing is called “&lt;b>nothing&lt;/b>”')
    const some = await attempt.browser.submit(none, { look: '99', search: 'project' })
    expect(some.html).toContain('Page 7 of 7')
  })

  it.each(['0', '-1', '1e9', '99999999', 'x', '2 '])('a page that is none (%s) is one that is', async (look) => {
    const attempt = await open(testProvider(many(312).options))
    const page = await attempt.browser.submit(attempt.page, { look })
    expect([page.status, projectsOf(page).length > 0]).toEqual([200, true])
  })

  it('S-033 one that is not the person’s own is neither shown nor granted', async () => {
    const box = testProvider(many(312).options)
    const attempt = await open(box)
    const page = await attempt.browser.submit(attempt.page, { look: '2', project: ['p1', 'stolen', '"><script>'] })
    expect(valuesOf(form(page)).getAll('project')).toEqual(['p1'])
    expect(page.html).not.toContain('stolen')
    await approve(attempt.browser, { ...attempt, page }, { project: ['p1', 'stolen'] })
    const [grant] = await grantsOf(box, attempt)
    expect(grant?.projects).toEqual(['p1'])
  })

  it('S-033 one that is taken away while it is chosen is not granted', async () => {
    const held = new Map<string, readonly string[]>()
    const box = testProvider(many(312, (project) => held.get(project) ?? ['project:write']).options)
    const attempt = await open(box)
    const page = await attempt.browser.submit(attempt.page, { look: '2', project: ['p1', 'p2'] })
    held.set('p2', [])
    await approve(attempt.browser, { ...attempt, page })
    const [grant] = await grantsOf(box, attempt)
    expect(grant?.projects).toEqual(['p1'])
  })

  it('a scope that somebody holds only in a project of another page is offered', async () => {
    const box = testProvider(many(60, (project) => (project === 'p55' ? ['project:write'] : ['project:read'])).options)
    const attempt = await open(box)
    expect(form(attempt.page).fields.some(({ value }) => value === 'project:write')).toBe(true)
    const page = await attempt.browser.submit(attempt.page, { look: '2' })
    expect(await granted(box, { ...attempt, page }, { project: 'p55' })).toBe('project:read project:write')
  })

  it('more than a consent may name are refused in words, and kept in sight', async () => {
    const box = testProvider(many(312).options)
    const attempt = await open(box)
    const project = Array.from({ length: 201 }, (_, index) => `p${index}`)
    const page = await attempt.browser.submit(attempt.page, { decision: 'approve', project })
    expect([page.status, page.html]).toEqual([200, expect.stringContaining('Choose 200 at most.')])
    expect(await grantsOf(box, attempt)).toEqual([])
    await approve(attempt.browser, { ...attempt, page }, { project: project.slice(1) })
    const [grant] = await grantsOf(box, attempt)
    expect(grant?.projects).toHaveLength(200)
  })

  it('of which one can be chosen, another takes the place of the one before', async () => {
    const { options } = many(120)
    const box = testProvider({ ...options, projects: { ...options.projects!, choose: 'one' } })
    const attempt = await open(box)
    const page = await attempt.browser.submit(attempt.page, { look: '2', project: 'p3' })
    expect(valuesOf(form(page)).getAll('project')).toEqual(['p3'])
    await approve(attempt.browser, { ...attempt, page }, { project: 'p60' })
    const [grant] = await grantsOf(box, attempt)
    expect(grant?.projects).toEqual(['p60'])
  })

  it('all of them stay chosen while the page is turned', async () => {
    const { options } = many(120)
    const box = testProvider({ ...options, projects: { ...options.projects!, choose: 'all' } })
    const attempt = await open(box)
    const page = await attempt.browser.submit(attempt.page, { look: '2', projects: 'all' })
    expect(valuesOf(form(page)).get('projects')).toBe('all')
    await approve(attempt.browser, { ...attempt, page })
    const [grant] = await grantsOf(box, attempt)
    expect(grant?.projects).toBe('all')
  })

  it('CON-14 looking around writes nothing and decides nothing, whatever else the form says', async () => {
    const box = testProvider(many(312).options)
    const attempt = await open(box)
    box.storage.reset()
    const page = await attempt.browser.submit(attempt.page, { decision: 'approve', project: 'p1', look: '2' })
    expect([page.status, box.storage.commits()]).toEqual([200, []])
  })

  it.each([
    ['without the CSRF value', { csrf: null }, 403],
    ['with one that was made up', { csrf: 'A'.repeat(43) }, 403],
    ['without the request', { id: null }, 400],
  ])('S-030 are not looked at %s', async (_, changes, status) => {
    const attempt = await open(testProvider(many(312).options))
    const values = changed(valuesOf(form(attempt.page)), { look: '2', ...changes })
    const page = await attempt.browser.post(consentPath, values)
    expect(page.status).toBe(status)
    expect(page.html).not.toContain('Project ')
  })

  it('S-034 S-036 are looked at by nobody else', async () => {
    const box = testProvider(many(312).options)
    const attempt = await open(box)
    const values = changed(valuesOf(form(attempt.page)), { look: '2' })
    const thief = openBrowser(box)
    await signIn(thief, 'alice')
    await authorize(thief, attempt.client)
    expect((await thief.post(consentPath, values)).status).toBe(403)
    await signIn(attempt.browser, 'bob')
    expect((await attempt.browser.post(consentPath, values)).status).toBe(400)
  })

  it('S-035 are over once the request is answered', async () => {
    const box = testProvider(many(312).options)
    const attempt = await open(box)
    await approve(attempt.browser, attempt)
    const page = await attempt.browser.submit(attempt.page, { look: '2' })
    expect([page.status, page.html]).toEqual([400, expect.stringContaining('no longer valid')])
  })

  it('S-044 a form of a thousand parameters is read, one beyond is not', async () => {
    const attempt = await open(testProvider(many(312).options))
    const stuffed = (count: number) => {
      const values = changed(valuesOf(form(attempt.page)), { look: '1' })
      while (values.size < count) values.append('project', 'p1')
      return attempt.browser.post(consentPath, values)
    }
    expect([(await stuffed(1_000)).status, (await stuffed(1_001)).status]).toEqual([200, 400])
  })
})
