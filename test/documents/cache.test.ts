import { describe, expect, it } from 'vitest'
import { openBrowser, signIn } from '../support/browser.js'
import { clientUrl, documentBox, documentOf, documentRedirect } from '../support/documents.js'
import { authorize, connect } from '../support/flow.js'
import { secondNode } from '../support/provider.js'

const client = { client_id: clientUrl, redirect_uris: [documentRedirect], token_endpoint_auth_method: 'none' }
type Box = ReturnType<typeof documentBox>

/** Somebody arrives; where they come to. */
async function arrive(box: Pick<Box, 'origin' | 'fetch'>, url = clientUrl, person: string | null = 'alice') {
  const browser = openBrowser(box)
  if (person !== null) await signIn(browser, person)
  const { page } = await authorize(browser, { ...client, client_id: url })
  return page
}
const fetched = ({ web }: Box, url = clientUrl) => web.requests.filter((one) => one.url === url).length

describe('how long a document is kept', () => {
  it.each([
    ['nothing said: five minutes', {}, 300],
    ['a second: five minutes', { 'cache-control': 'max-age=1' }, 300],
    ['an hour', { 'cache-control': 'max-age=3600' }, 3_600],
    ['a week: a day', { 'cache-control': 'max-age=604800' }, 86_400],
  ])('CIM-19 %s', async (_name, headers, seconds) => {
    const box = documentBox()
    box.web.publish(clientUrl, documentOf(clientUrl), headers as Record<string, string>)
    await arrive(box)
    box.clock.advance(seconds - 1)
    await arrive(box)
    expect(fetched(box)).toBe(1)
    box.clock.advance(1)
    await arrive(box)
    expect(fetched(box)).toBe(2)
  })

  it('CIM-19 no-store: not at all', async () => {
    const box = documentBox()
    box.web.publish(clientUrl, documentOf(clientUrl), { 'cache-control': 'no-store' })
    await arrive(box)
    await arrive(box)
    expect(fetched(box)).toBe(2)
  })

  it('CIM-19 asks only whether it has changed, where it has an ETag', async () => {
    const box = documentBox()
    const headers = { etag: '"one"', 'cache-control': 'max-age=600' }
    box.web.publish(clientUrl, documentOf(clientUrl), headers)
    await arrive(box)
    box.clock.advance(600)
    expect((await arrive(box)).html).toContain('Reporter')
    expect(box.web.requests.map(({ request }) => request.etag)).toEqual([null, '"one"'])
    box.clock.advance(599)
    await arrive(box)
    expect(fetched(box)).toBe(2)
    box.web.publish(clientUrl, documentOf(clientUrl, { client_name: 'Another' }), { ...headers, etag: '"two"' })
    box.clock.advance(1)
    expect((await arrive(box)).html).toContain('Another')
    expect(box.web.requests.at(-1)?.request.etag).toBe('"one"')
  })

  it('is not fetched by another node while the record is fresh, and by that one by its ETag', async () => {
    const box = documentBox()
    box.web.publish(clientUrl, documentOf(clientUrl), { etag: '"one"' })
    await arrive(box)
    const registration = { metadataDocuments: { fetch: box.web.fetch } }
    const other = secondNode(box, { now: box.clock.now, registration })
    expect((await arrive(other)).html).toContain('Reporter')
    expect(fetched(box)).toBe(1)
    box.clock.advance(300)
    await arrive(other)
    expect(box.web.requests.at(-1)?.request.etag).toBe('"one"')
    // And the first one need not ask, either.
    await arrive(box)
    expect(fetched(box)).toBe(2)
  })

  it('is read anew where the host has become stricter since', async () => {
    const box = documentBox()
    const redirect_uris = ['https://elsewhere.example/callback', documentRedirect]
    box.describe({ redirect_uris })
    await arrive(box)
    const registration = { metadataDocuments: { fetch: box.web.fetch, redirects: 'own' } } as const
    const stricter = secondNode(box, { now: box.clock.now, registration })
    const browser = openBrowser(stricter)
    await signIn(browser, 'alice')
    const { page } = await authorize(browser, { ...client, redirect_uris }, {})
    expect(page.status).toBe(400)
  })
})

describe('a document that cannot be had', () => {
  it('CIM-18 S-151 is asked for again after a moment, and good at once when it is mended', async () => {
    const box = documentBox()
    box.web.put(clientUrl, { status: 500 })
    expect((await arrive(box)).status).toBe(400)
    expect((await arrive(box)).status).toBe(400)
    expect(fetched(box)).toBe(1)
    box.describe()
    box.clock.advance(1)
    expect((await arrive(box)).html).toContain('Reporter')
  })

  it('CIM-18 the same for one that is no good', async () => {
    const box = documentBox()
    box.describe({ client_id: 'https://other.example/c' })
    for (let times = 0; times < 3; times += 1) expect((await arrive(box)).status).toBe(400)
    expect(fetched(box)).toBe(1)
    box.describe()
    box.clock.advance(1)
    expect((await arrive(box)).html).toContain('Reporter')
  })

  it('CIM-18 is left alone longer the more often it fails, and never for more than ten seconds', async () => {
    const box = documentBox()
    const waits: number[] = []
    for (let failures = 0; failures < 7; failures += 1) {
      const before = fetched(box)
      let waited = 0
      while (fetched(box) === before && waited < 60) {
        await arrive(box, clientUrl, null)
        if (fetched(box) > before) break
        box.clock.advance(1)
        waited += 1
      }
      waits.push(waited)
    }
    expect(waits).toEqual([0, 1, 2, 4, 8, 10, 10])
  })

  it('CIM-18 one that was good will do for a day, and no longer', async () => {
    const box = documentBox()
    box.describe()
    await arrive(box)
    box.web.put(clientUrl, { status: 503 })
    box.clock.advance(300)
    expect((await arrive(box)).html).toContain('Reporter')
    box.clock.advance(86_400 - 301)
    expect((await arrive(box)).html).toContain('Reporter')
    box.clock.advance(1)
    expect((await arrive(box)).status).toBe(400)
  })

  it('CIM-18 one that says something else now will not do', async () => {
    const box = documentBox()
    box.describe()
    await arrive(box)
    box.describe({ client_id: 'https://other.example/c' })
    box.clock.advance(300)
    expect((await arrive(box)).html).toContain('client_document.client_id')
  })

  it('CIM-18 one that must not be stored will not do', async () => {
    const box = documentBox()
    box.web.publish(clientUrl, documentOf(clientUrl), { 'cache-control': 'no-store' })
    await arrive(box)
    box.web.put(clientUrl, null)
    expect((await arrive(box)).status).toBe(400)
  })
})

describe('how many are fetched at once', () => {
  /** Answers when it is let to. */
  function gate() {
    let open = () => {}
    const opened = new Promise<void>((done) => {
      open = done
    })
    return { open, wait: () => opened }
  }

  it('CIM-17 one for all who ask for it', async () => {
    const box = documentBox()
    const { open, wait } = gate()
    box.web.put(clientUrl, { body: documentOf(clientUrl), wait })
    const arriving = Array.from({ length: 10 }, () => arrive(box))
    await expect.poll(() => fetched(box)).toBe(1)
    open()
    const pages = await Promise.all(arriving)
    expect(pages.map(({ html }) => html.includes('Reporter'))).toEqual(Array(10).fill(true))
    expect(fetched(box)).toBe(1)
  })

  it('CIM-17 one that fails fails for all of them', async () => {
    const box = documentBox()
    const { open, wait } = gate()
    box.web.put(clientUrl, { status: 500, wait })
    const arriving = Array.from({ length: 10 }, () => arrive(box, clientUrl, null))
    await expect.poll(() => fetched(box)).toBe(1)
    open()
    expect((await Promise.all(arriving)).map(({ status }) => status)).toEqual(Array(10).fill(400))
    expect(fetched(box)).toBe(1)
  })

  it('CIM-17 S-152 eight from one host, and thirty-two in all', async () => {
    const box = documentBox()
    const { open, wait } = gate()
    const start = (urls: readonly string[]) =>
      urls.map((url) => {
        box.web.put(url, { body: documentOf(url), wait })
        return arrive(box, url, null)
      })
    const urlsOf = (count: number, host: (at: number) => string) =>
      Array.from({ length: count }, (_, at) => `https://${host(at)}/${at}`)
    const crowd = start(urlsOf(12, () => 'one.example'))
    const others = start(urlsOf(30, (at) => `other${at}.example`))
    await expect.poll(() => box.web.requests).toHaveLength(32)
    const turnedAway = [...crowd, ...others].map((page) => page.then(({ status }) => status))
    open()
    const statuses = await Promise.all(turnedAway)
    expect(statuses.slice(0, 12).filter((status) => status === 429)).toHaveLength(4)
    expect(statuses.filter((status) => status === 429)).toHaveLength(10)
    // Nothing of that is held against anybody afterwards.
    for (const url of urlsOf(12, () => 'one.example')) expect((await arrive(box, url)).html).toContain('Reporter')
  })

  it('remembers so many documents, and fetches those it has forgotten', async () => {
    const box = documentBox()
    const urls = Array.from({ length: 1_001 }, (_, at) => `https://host${at}.example/c`)
    for (const url of urls) {
      box.describe({}, url)
      await arrive(box, url, null)
    }
    const [first = '', second = ''] = urls
    await arrive(box, first, null)
    expect([fetched(box, first), fetched(box, second), fetched(box, urls.at(-1))]).toEqual([2, 1, 1])
  })
})

/** Where everybody waits until so many have come. */
function meeting(count: number): () => Promise<void> {
  let come = 0
  let open = () => {}
  const all = new Promise<void>((done) => {
    open = done
  })
  return () => {
    come += 1
    if (come === count) open()
    return all
  }
}

describe('what is written of a document', () => {
  it('nothing while its record is fresh, and nothing but when it was looked at when it has not changed', async () => {
    const box = documentBox()
    await connect(box, { client: box.describe() })
    box.storage.reset()
    await arrive(box)
    expect(box.storage.commits().flatMap(({ clients, update }) => [...clients, ...update])).toEqual([])
    box.clock.advance(300)
    await arrive(box)
    const updates = box.storage.commits().flatMap(({ update }) => update)
    expect(updates.map(({ version }) => version)).toEqual([2])
    expect(box.events.filter(({ type }) => type === 'client.updated')).toEqual([])
  })

  it('client.updated with the names of what has changed, by the client', async () => {
    const box = documentBox()
    await connect(box, { client: box.describe() })
    box.describe({ client_name: 'Another', logo_uri: 'https://reporter.example/logo.png' })
    box.clock.advance(300)
    await arrive(box)
    expect(box.events.filter(({ type }) => type === 'client.updated')).toMatchObject([
      { actor: { type: 'client', id: clientUrl }, clientId: clientUrl, data: { changed: ['client_name', 'logo_uri'] } },
    ])
    const { items } = await box.provider.clients.list({ search: 'another' })
    expect(items.map(({ id }) => id)).toEqual([clientUrl])
  })

  it('of several who see it first, or see it change, one writes it and the others find it', async () => {
    let meet = async () => {}
    const box = documentBox({}, { pause: () => meet() })
    const registration = { metadataDocuments: { fetch: box.web.fetch } }
    const other = secondNode(box, { now: box.clock.now, registration })
    for (const members of [{}, { client_name: 'Another' }]) {
      box.describe(members)
      const browsers = await Promise.all(
        [box, other, box, other].map(async (site) => {
          const browser = openBrowser(site)
          await signIn(browser, 'alice')
          return browser
        }),
      )
      meet = meeting(4)
      const attempts = await Promise.all(browsers.map((browser) => authorize(browser, client)))
      meet = async () => {}
      expect(attempts.map(({ page }) => page.html.includes(members.client_name ?? 'Reporter'))).toEqual(
        Array(4).fill(true),
      )
      box.clock.advance(300)
    }
    const types = [...box.events, ...other.events].map(({ type }) => type).filter((type) => type.startsWith('client.'))
    expect(types).toEqual(['client.registered', 'client.updated'])
  })
})
