import { describe, expect, it } from 'vitest'
import { connect } from '../../support/flow.js'
import { admin, at, create, created, desk } from './support.js'

const audit = '/admin/audit'

describe('the audit log of an administrator', () => {
  it('LOG-02 tells what happened, newest first, by whom and about whom', async () => {
    const { box, browser } = await desk()
    const client = created(await create(browser, admin))
    await connect(box, { client })
    const { html } = await browser.open(audit)
    const types = [...html.matchAll(/<td[^>]*><code>([a-z_.]+)<\/code>/g)].map(([, type]) => type)
    expect(types).toEqual(['token.issued', 'grant.created', 'client.registered'])
    expect(html).toContain(client.client_id)
    expect(html).toContain('alice')
  })

  it('is filtered by type, client, person, account and day', async () => {
    const { box, browser } = await desk()
    const client = created(await create(browser, admin))
    await connect(box, { client })
    box.clock.advance(3 * 86_400)
    await connect(box, { person: 'bob', changes: { project: 'gamma' } })
    const rows = async (query: string) =>
      [...(await browser.open(`${audit}?${query}`)).html.matchAll(/<tr><th scope="row">/g)].length
    expect(await rows('')).toBe(6)
    expect(await rows('type=grant.created')).toBe(2)
    expect(await rows(`client=${client.client_id}`)).toBe(3)
    expect(await rows('subject=bob')).toBe(2)
    expect(await rows('account=globex')).toBe(2)
    const day = (ago: number) => new Date((box.clock.now() - ago * 86_400) * 1000).toISOString().slice(0, 10)
    expect(await rows(`from=${day(0)}`)).toBe(3)
    expect(await rows(`until=${day(1)}`)).toBe(3)
    expect(await rows(`from=${day(3)}&until=${day(3)}`)).toBe(3)
    expect(await rows('from=nonsense&until=2026-13-45')).toBe(6)
    expect(await rows('from=%2B275760-09-13&until=%2B275760-09-13')).toBe(6)
    expect(await rows('type=made.up')).toBe(0)
  })

  it('pages through more than fits', async () => {
    const { browser } = await desk()
    for (let index = 0; index < 51; index += 1) created(await create(browser, admin, { name: `Client ${index}` }))
    const first = await browser.open(audit)
    const next = /href="([^"]*after=[^"]*)"/.exec(first.html)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const second = await browser.open(next)
    expect([first, second].map(({ html }) => [...html.matchAll(/<tr><th scope="row">/g)].length)).toEqual([50, 1])
  })

  it('is taken away as JSON lines or CSV, whole, by an administrator alone', async () => {
    const { box, browser } = await desk()
    for (const name of ['One', '=HYPERLINK("x")']) created(await create(browser, admin, { name }))
    const lines = (await browser.open(`${audit}/export?format=jsonl`)).html.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).type)).toEqual(['client.registered', 'client.registered'])
    const csv = await browser.open(`${audit}/export?format=csv&type=client.registered`)
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="audit.csv"')
    expect(csv.html.trimEnd().split(/\r?\n/)).toHaveLength(3)
    expect((await (await at(box, 'bob')).open(`${audit}/export?format=csv`)).status).toBe(403)
  })
})
