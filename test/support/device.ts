import { type Browser, type Changes, formOf, openBrowser, type Page, type Site, signIn, valuesOf } from './browser.js'
import { type Answer, type Params, postAs, type RegisteredClient } from './flow.js'

/** RFC 8628, as a device and as the person who lets it in. */

export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

/** A program without a browser, and without a redirect URI. */
export const deviceClient = {
  client_name: 'Acme CLI',
  grant_types: [deviceGrant, 'refresh_token'],
  token_endpoint_auth_method: 'none',
} as const

export interface DeviceCodes {
  readonly device_code: string
  readonly user_code: string
  readonly verification_uri: string
  readonly verification_uri_complete: string
  readonly expires_in: number
  readonly interval: number
}

export const requestCodes = (site: Site, client: RegisteredClient, params: Params = {}): Promise<Answer> =>
  postAs(site, '/oauth/device_authorization', client, {
    scope: 'project:read project:write',
    resource: `${site.origin}/api`,
    ...params,
  })

/** Ask for codes; throws unless there are some. */
export async function deviceCodes(site: Site, client: RegisteredClient, params: Params = {}): Promise<DeviceCodes> {
  const answer = await requestCodes(site, client, params)
  if (answer.status !== 200) throw new Error(`no codes: ${answer.status} ${answer.text}`)
  return answer.body as unknown as DeviceCodes
}

export const poll = (site: Site, client: RegisteredClient, code: string, params: Params = {}): Promise<Answer> =>
  postAs(site, '/oauth/token', client, { grant_type: deviceGrant, device_code: code, ...params })

/** The status, and the error where there is one. */
export const told = ({ status, body }: Answer): string => (status === 200 ? '200' : `${status} ${String(body.error)}`)

export const devicePage = '/oauth/device'

/** A browser with this person signed in, at the page where codes are entered. */
export async function atDevicePage(site: Site, person = 'alice'): Promise<{ browser: Browser; page: Page }> {
  const browser = openBrowser(site)
  await signIn(browser, person)
  return { browser, page: await browser.open(devicePage) }
}

/** Type a code and go on: ends on the decision, or on the same page with a problem. */
export const enter = (browser: Browser, page: Page, code: string): Promise<Page> =>
  browser.submit(page, { user_code: code }, ['user_code', valuesOf(formOf(page)).get('user_code') ?? ''])

/** Somebody has typed the code, and looks at what is asked. */
export async function claimed(site: Site, code: string, person = 'alice'): Promise<{ browser: Browser; page: Page }> {
  const { browser, page } = await atDevicePage(site, person)
  return { browser, page: await enter(browser, page, code) }
}

/** Approve for the first project on the page, unless the changes name others. */
export function approveDevice(browser: Browser, page: Page, changes: Changes = {}): Promise<Page> {
  const form = formOf(page, ['decision', 'approve'])
  const [first] = form.fields.filter(({ name, disabled }) => name === 'project' && !disabled)
  const project = first ? [first.value] : []
  return browser.submit(page, { decision: 'approve', project, ...changes }, ['decision', 'approve'])
}

export const denyDevice = (browser: Browser, page: Page): Promise<Page> =>
  browser.submit(page, { decision: 'deny' }, ['decision', 'deny'])

/** What a page says. */
export const headingOf = ({ html }: Page): string =>
  (/<h1[^>]*>([\s\S]*?)<\/h1>/.exec(html)?.[1] ?? '').replaceAll(/<[^>]+>/g, '').trim()
