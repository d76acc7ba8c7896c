import { type AuditEvent, isKnownEvent, type KnownEvent } from 'grantor'
import { openBrowser, signIn } from '../../support/browser.js'
import {
  approve,
  authorize,
  call,
  confidentialClient,
  decide,
  exchange,
  type RegisteredClient,
  refresh,
  register,
  tokensOf,
} from '../../support/flow.js'
import type { TestProvider } from '../../support/provider.js'

/** From the first look to the last: an app comes, is let in, works, is robbed, comes back, and is sent away. */
export async function liveStory(box: TestProvider): Promise<RegisteredClient> {
  const { clock, provider } = box
  const client = await register(box, confidentialClient)
  const browser = openBrowser(box)
  await signIn(browser, 'alice')

  clock.advance(10)
  await decide(browser, await authorize(browser, client), 'deny')
  clock.advance(10)
  const callback = await approve(browser, await authorize(browser, client), { scope: 'project:read' })
  clock.advance(2)
  const first = tokensOf(await exchange(box, callback))

  clock.advance(30)
  await call(box, first.access_token)
  await report(box, first.access_token)

  clock.advance(3_600)
  const second = tokensOf(await refresh(box, client, first.refresh_token))
  clock.advance(5)
  await refresh(box, { ...client, client_secret: 'guess' }, second.refresh_token)
  // Who reads the log sees what was only counted so far.
  await provider.audit.list()

  // Somebody has the spent token, and comes too late with it.
  clock.advance(600)
  await refresh(box, client, first.refresh_token)

  clock.advance(60)
  const again = await approve(browser, await authorize(browser, client))
  clock.advance(2)
  tokensOf(await exchange(box, again))

  clock.advance(86_400)
  const { items } = await provider.grants.list({ subject: 'alice' as never })
  for (const { grant } of items) await provider.grants.revoke(grant.id, { subject: 'alice' as never })
  await provider.close()
  return client
}

/** The app does something for the person, and the host writes it down. */
async function report({ provider, api }: TestProvider, token: string): Promise<void> {
  const request = new Request(`${api}/reports`, { headers: { authorization: `Bearer ${token}` } })
  const result = await provider.guard()(request, request)
  if (result.ok) await result.access.audit('report.created', { report: 7 })
}

const words = (scope: readonly string[]) => scope.map((one) => one.replace('project:', '')).join(' ')
const names = (projects: readonly string[] | 'all') => [projects].flat().join(', ')

/** What an event of ours says besides who and when. */
function detail(event: KnownEvent): string {
  switch (event.type) {
    case 'client.registered':
      return `${event.data.client_name} (${event.data.registration})`
    case 'grant.created':
      return `${words(event.data.scope)} of ${words(event.data.requested)}, in ${names(event.data.projects)}`
    case 'interaction.denied':
      return words(event.data.requested)
    case 'token.issued':
      return `${words(event.data.scope)}, by ${event.data.grant_type}`
    case 'client.authentication_failed':
      return `${event.data.method} at ${event.data.path}, times ${event.data.count}`
    default:
      return ''
  }
}

/** The log as a person reads it: when, who, what, for what and why. Grants are numbered as they come. */
export function readable(events: readonly AuditEvent[], clients: Readonly<Record<string, string>>): string {
  const grants: string[] = []
  const numbered = (id: string | null) => {
    if (id === null) return ''
    if (!grants.includes(id)) grants.push(id)
    return `grant ${grants.indexOf(id) + 1}`
  }
  const line = (event: AuditEvent) => {
    const time = new Date(event.at * 1000).toISOString().slice(0, 19).replace('T', ' ')
    const { type, id } = event.actor
    const who = id === null ? type : `${type} ${clients[id] ?? id}`
    const what = isKnownEvent(event) ? detail(event) : JSON.stringify(event.data)
    const why = event.reason === null ? '' : `because ${event.reason}`
    const cells = [time, who.padEnd(15), event.type.padEnd(28), numbered(event.grantId).padEnd(8), what, why]
    return cells
      .filter((cell) => cell !== '')
      .join(' ')
      .trimEnd()
  }
  return events.map(line).join('\n')
}
