import type { Pages } from 'grantor'
import { pages } from 'grantor/pages'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { siteAt } from '../support/browser.js'
import { connect, publicClient } from '../support/flow.js'
import { registerManually, type TestOptions } from '../support/provider.js'
import { follow } from './support/arrivals.js'
import { barriers, violations } from './support/axe.js'
import { describeInChromium } from './support/chromium.js'
import { ask, askAs, button } from './support/consent.js'
import { everything as everythingThere, manyProjects } from './support/many.js'
import { overflows } from './support/overflows.js'
import { startProvider, type TestServer } from './support/servers.js'

/** Where a page is, who sees it, and what they do before it looks as it is meant to. */
interface Scene {
  readonly server: TestServer
  readonly person: string | null
  readonly url: string
  readonly heading: string
  readonly act?: (page: Page) => Promise<void>
}

const running: TestServer[] = []
async function start(options: TestOptions = {}): Promise<TestServer> {
  const server = await startProvider(options)
  running.push(server)
  return server
}

const web = { redirect_uris: ['https://reporter.example/callback'], client_uri: 'https://reporter.example/' }
const everything = { scope: 'project:admin' }
const names = ['Alpha', 'Beta', 'Gamma', 'Delta', 'Epsilon', 'Zeta', 'Eta', 'Theta', 'Iota', 'Kappa', 'Lambda', 'Mu']
const choosing = (choose: 'one' | 'many' | 'all', count = names.length): TestOptions => ({
  projects: {
    label: 'workspace',
    choose,
    list: () => names.slice(0, count).map((name) => ({ id: name.toLowerCase(), name })),
  },
})

const copying: TestOptions = { registration: { outOfBand: true } }
const outOfBand = { redirect_uris: ['urn:ietf:wg:oauth:2.0:oob'] }

async function consentOf(
  person: string,
  options: TestOptions,
  params = everything,
  metadata: object = {},
): Promise<Scene> {
  const server = await start(options)
  const { url } = await askAs(server.issuer, { ...metadata }, params)
  return { server, person, url, heading: 'Reporter wants access to Acme' }
}

const scenes: Readonly<Record<string, () => Promise<Scene>>> = {
  'consent for one project': () => consentOf('alice', choosing('one', 3), everything, web),
  'consent for all projects or many': () =>
    consentOf('alice', { ...choosing('all'), entitlements: () => ['project:admin'] }),
  'consent of somebody who may give less': () => consentOf('carol', {}, everything, web),
  'consent for a client the host knows, with scopes it needs': async () => {
    const server = await start()
    const metadata = {
      ...publicClient,
      ...web,
      client_name: 'Chart Studio',
      logo_uri: 'https://chart.example/logo.png',
    }
    const client = await registerManually(server, metadata, { policy: { requiredScope: ['project:read'] } })
    const heading = 'Chart Studio wants access to Acme'
    return { server, person: 'alice', heading, url: ask(server.issuer, client, everything).url }
  },
  'consent for several projects, once more, on a loopback address': async () => ({
    ...(await consentOf('alice', choosing('many', 3))),
    act: async (page) => {
      await follow(button(page, 'Approve'))
      await page.getByRole('alert').waitFor()
    },
  }),
  'consent for some of many projects, under headings, with everything to doubt': async () => {
    const server = await start({
      ...manyProjects(120),
      switchAccount: () => '/login',
      suspicious: () => true,
    })
    const metadata = { ...web, client_name: 'Acme Reporter', client_uri: 'https://elsewhere.example/' }
    const { url } = await askAs(server.issuer, metadata, { scope: everythingThere })
    return {
      server,
      person: 'alice',
      url,
      heading: 'Acme Reporter wants access to Acme',
      act: async (page) => {
        await page.getByRole('checkbox', { name: 'Cinder 3', exact: true }).check()
        await follow(button(page, 'Next'))
        await page.getByText('Page 2 of 3').waitFor()
      },
    }
  },
  'consent for reading alone, to all of many': async () => ({
    ...(await consentOf('alice', manyProjects(60, 'all'), { scope: everythingThere })),
    act: (page) => page.getByRole('radio', { name: 'Read only' }).check(),
  }),
  'consent for a client that cannot be redirected to': () => consentOf('alice', copying, everything, outOfBand),
  'a code that is copied': async () => ({
    ...(await consentOf('alice', copying, everything, outOfBand)),
    heading: 'Copy this code',
    act: async (page) => {
      await page.getByRole('checkbox', { name: 'Alpha' }).check()
      await follow(button(page, 'Approve'))
    },
  }),
  'a request that was denied': async () => ({
    ...(await consentOf('alice', copying, everything, outOfBand)),
    heading: 'You denied the request',
    act: (page) => follow(button(page, 'Deny')),
  }),
  'nothing to connect': async () => ({
    ...(await consentOf('alice', choosing('many', 0))),
    heading: 'There is nothing to connect yet',
  }),
  'nothing to give': async () => ({
    ...(await consentOf('alice', { entitlements: () => [] })),
    heading: 'You cannot give this access',
  }),
  'an error with a way on and details': async () => {
    const server = await start()
    const { url } = await askAs(server.issuer, web, { scope: 'bogus' })
    const heading = 'The app asked for something we do not understand'
    return { server, person: null, heading, url, act: (page) => page.locator('summary').click() }
  },
  'connected apps': async () => {
    const server = await start()
    const site = siteAt(server.issuer)
    const { client } = await connect(site, { metadata: { ...publicClient, ...web } })
    await connect(site, { client, changes: { project: 'beta', keep_alive: null } })
    await connect(site, { client: await registerManually(server, { ...publicClient, client_name: 'Chart Studio' }) })
    return {
      server,
      person: 'alice',
      heading: 'Connected apps',
      url: `${server.issuer}/settings/connected-apps`,
      act: (page) => page.locator('summary').first().click(),
    }
  },
  'one connected app, of which something is taken away': async () => {
    const server = await start()
    const way = { params: { scope: 'project:admin' }, changes: { project: ['alpha', 'beta'], label: 'Work laptop' } }
    await connect(siteAt(server.issuer), { metadata: { ...publicClient, ...web }, ...way })
    const [grant] = (await server.provider.grants.list({})).items
    return {
      server,
      person: 'alice',
      heading: 'What Reporter may do',
      url: `${server.issuer}/settings/connected-apps/change?grant=${grant?.grant.id}`,
      act: async (page) => {
        for (const name of ['Alpha', 'Beta']) await page.getByRole('checkbox', { name }).uncheck()
        await follow(button(page, 'Save'))
        await page.getByRole('alert').waitFor()
        await page.locator('summary').click()
      },
    }
  },
  'no connected apps': async () => {
    const server = await start()
    const heading = 'Connected apps'
    return { server, person: 'bob', heading, url: `${server.issuer}/settings/connected-apps` }
  },
}

describeInChromium('for everybody', (open) => {
  afterAll(() => {
    for (const server of running) server.stop()
  })

  const show = async ({ server, person, url, heading, act }: Scene): Promise<Page> => {
    const context = await open()
    if (person !== null) await context.addCookies([{ name: 'user', value: person, url: server.issuer }])
    const page = await context.newPage()
    await page.goto(url)
    await act?.(page)
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(heading)
    return page
  }

  describe.each(Object.entries(scenes))('%s', (_, scene) => {
    it('has nothing that axe finds, in light and dark, narrow and wide, and fits any window', async () => {
      const page = await show(await scene())
      expect(await barriers(page)).toEqual({})
      expect(await overflows(page)).toEqual([])
    })
  })

  it('axe would find what is wrong', async () => {
    const { consent, ...drawn } = pages({ name: 'Acme', theme: { muted: '#bbb' } })
    const broken: Pages = {
      ...drawn,
      consent: (...view) => consent(...view).replace('for="project-0"', 'for="nothing"'),
    }
    const found = await violations(await show(await consentOf('alice', { pages: broken })))
    expect(found.some((one) => one.startsWith('color-contrast'))).toBe(true)
  })
})
