import { createServer } from 'node:http'
import type { Lifetimes } from 'grantor'
import { memoryStorage } from 'grantor/storage/memory'
import { createDemo, type DemoOptions } from '../../../examples/demo/app.js'
import { type Browser, type Changes, openBrowser, type Page, type Site, signIn, siteAt } from '../../support/browser.js'
import { listen } from './app.js'

/** The demo on a port of this machine. */
export interface RunningDemo extends Site {
  readonly api: string
  readonly mcp: string
  readonly close: () => Promise<void>
}

/** @param lifetimes in seconds */
export async function runDemo(
  lifetimes: Partial<Lifetimes> = {},
  options: Pick<DemoOptions, 'fetchDocument'> = {},
): Promise<RunningDemo> {
  const server = createServer()
  const issuer = await listen(server)
  const { app, provider } = createDemo({ issuer, storage: memoryStorage(), lifetimes, throttle: false, ...options })
  server.on('request', app)
  return {
    ...siteAt(issuer),
    api: `${issuer}/api`,
    mcp: `${issuer}/mcp`,
    async close() {
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
      await provider.close()
    },
  }
}

/** What a person does whom a client has sent to the authorization endpoint. */
export interface Visitor {
  readonly browser: Browser
  /** Follow a client's URL, sign in where that is asked for, and come to the consent page. */
  readonly arrive: (url: URL | string) => Promise<Page>
  /** Press a button there; the URL that the browser is sent to at the client. */
  readonly decide: (page: Page, decision: 'approve' | 'deny', changes?: Changes) => Promise<URL>
  /** Both: approve for one project. */
  readonly approve: (url: URL | string, project: string, changes?: Changes) => Promise<URL>
}

export function visitor(site: Site, person: string): Visitor {
  const browser = openBrowser(site)
  const self: Visitor = {
    browser,
    async arrive(url) {
      const page = await browser.open(String(url))
      const asked = page.forms.some(({ fields }) => fields.some(({ name }) => name === 'username'))
      return asked ? signIn(browser, person, page) : page
    },
    async decide(page, decision, changes = {}) {
      const left = await browser.submit(page, { decision, ...changes }, ['decision', decision])
      if (left.status !== null) throw new Error(`still at ${left.url} (${left.status}): ${left.html.slice(0, 500)}`)
      return new URL(left.url)
    },
    approve: async (url, project, changes) => self.decide(await self.arrive(url), 'approve', { project, ...changes }),
  }
  return self
}
