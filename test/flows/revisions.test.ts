import { memoryStorage } from 'grantor/storage/memory'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, openBrowser, signIn } from '../support/browser.js'
import { send } from '../support/flow.js'
import type { Signer } from '../support/signer.js'
import { type App, startApp } from './support/app.js'
import { live } from './support/connection.js'
import { discover } from './support/discovery.js'
import { distinct, parallel } from './support/grants.js'
import { openingMessage, toolMessage } from './support/messages.js'
import { preflighted } from './support/preflight.js'
import { codexWithoutResource, recordedClients } from './support/recorded-clients.js'
import { recordedDocuments, recordedWeb } from './support/recorded-documents.js'
import { replay, type Sending } from './support/replay.js'
import { inRevision, revisions, speaks, type Way } from './support/revisions.js'

const everybody = [...recordedClients, codexWithoutResource, ...recordedDocuments]

const cells = revisions.flatMap((revision) =>
  everybody
    .filter((recorded) => speaks(recorded, revision))
    .map((recorded) => [revision.ids, revision.name, revision.how, recorded.client, revision, recorded] as const),
)

describe.each([
  ['the issuer is the origin', ''],
  ['the issuer has a path', '/auth'],
])('where %s', (_, path) => {
  let app: App
  let alice: Browser
  let signer: Signer

  beforeAll(async () => {
    const recordings = await recordedWeb()
    signer = recordings.signer
    app = await startApp((origin) => ({
      storage: memoryStorage(),
      issuer: `${origin}${path}`,
      resources: { [`${origin}/api`]: { name: 'Acme API' }, [`${origin}/mcp`]: { name: 'Acme MCP' } },
      defaultResource: [`${origin}/mcp`],
      legacyMcpDefaults: true,
      registration: { metadataDocuments: { fetch: recordings.web.fetch } },
    }))
    alice = openBrowser(app)
    await signIn(alice, 'alice')
  })

  afterAll(() => app?.close())

  it.each(cells)('19.12 13.5 %s in %s, %s, %s connects, calls and refreshes', async (...cell) => {
    const [, name, , , revision, recorded] = cell
    const call = toolMessage(name, { name: 'list_items', arguments: {} })
    const ask = preflighted(app, recorded.headers)
    const found = await discover(app.origin, ask, revision, name, openingMessage(name))
    const spoken = inRevision(recorded, revision, found)
    const as = replay(app, spoken, { signer, endpoints: found.endpoints, ask })
    const { client, first } = await live(app, alice, spoken, as, call)
    if (spoken.refresh === null) return

    const answers = await parallel(spoken.refreshes ?? 1, () => as.refresh(client, first.body.refresh_token))
    expect(answers.map(({ status, body }) => [status, body.scope])).toEqual(answers.map(() => [200, spoken.scope]))
    expect(distinct(answers, 'refresh_token')).toHaveLength(1)
    expect((await as.call(answers[0]?.body.access_token, call)).status).toBe(200)
  })
})

const prm = '/.well-known/oauth-protected-resource'
const oauth = '/.well-known/oauth-authorization-server'
const oidc = '/.well-known/openid-configuration'

/** What each way meets: where the issuer is the origin, has a path, or is the origin of a single resource. */
const walks: readonly (readonly [name: string, way: Way, asked: Readonly<Record<string, readonly string[]>>])[] = [
  [
    'MR-02 PRM-10 the challenge',
    { resource: ['challenge'], server: [`${oauth}{path}`] },
    {
      origin: [`200 ${prm}/mcp`, `200 ${oauth}`],
      path: [`200 ${prm}/mcp`, `200 ${oauth}/auth`],
      single: [`200 ${prm}/mcp`, `200 ${oauth}`],
    },
  ],
  [
    'MCL-01 PRM-05 the well-known places of the resource, from its path on',
    { resource: [`${prm}{path}`, prm], server: [`${oauth}{path}`] },
    {
      origin: [`200 ${prm}/mcp`, `200 ${oauth}`],
      path: [`200 ${prm}/mcp`, `200 ${oauth}/auth`],
      single: [`200 ${prm}/mcp`, `200 ${oauth}`],
    },
  ],
  [
    'PRM-05 WK-08 the root alone, and where that is nobody’s the origin for the issuer',
    { resource: [prm], server: [`${oauth}{path}`] },
    {
      origin: [`404 ${prm}`, `200 ${oauth}`],
      path: [`404 ${prm}`, `200 ${oauth}`],
      single: [`200 ${prm}`, `200 ${oauth}`],
    },
  ],
  [
    'MCL-02 WK-03 WK-04 OpenID discovery alone, inserted',
    { resource: ['challenge'], server: [`${oidc}{path}`] },
    {
      origin: [`200 ${prm}/mcp`, `200 ${oidc}`],
      path: [`200 ${prm}/mcp`, `200 ${oidc}/auth`],
      single: [`200 ${prm}/mcp`, `200 ${oidc}`],
    },
  ],
  [
    'MCL-02 WK-05 OpenID discovery alone, appended',
    { resource: ['challenge'], server: [`{path}${oidc}`] },
    {
      origin: [`200 ${prm}/mcp`, `200 ${oidc}`],
      path: [`200 ${prm}/mcp`, `200 /auth${oidc}`],
      single: [`200 ${prm}/mcp`, `200 ${oidc}`],
    },
  ],
  [
    'WK-06 the document of RFC 8414, appended',
    { resource: ['challenge'], server: [`{path}${oauth}`] },
    {
      origin: [`200 ${prm}/mcp`, `200 ${oauth}`],
      path: [`200 ${prm}/mcp`, `200 /auth${oauth}`],
      single: [`200 ${prm}/mcp`, `200 ${oauth}`],
    },
  ],
  [
    'WK-08 nothing but the origin',
    { resource: [], server: [`${oauth}{path}`] },
    { origin: [`200 ${oauth}`], path: [`200 ${oauth}`], single: [`200 ${oauth}`] },
  ],
]

describe.each([
  ['origin', '', ['api', 'mcp']],
  ['path', '/auth', ['api', 'mcp']],
  ['single', '', ['mcp']],
] as const)('13.5 discovery, %s', (deployment, path, resources) => {
  let app: App

  beforeAll(async () => {
    app = await startApp((origin) => ({
      storage: memoryStorage(),
      issuer: `${origin}${path}`,
      resources: Object.fromEntries(resources.map((name) => [`${origin}/${name}`, { name }])),
      legacyMcpDefaults: true,
    }))
  })
  afterAll(() => app?.close())

  const ask: Sending = (url, init) => send(app, url, init)

  it.each(walks)('%s', async (_, way, asked) => {
    const found = await discover(app.origin, ask, way, '2025-11-25', openingMessage('2025-11-25'))
    expect(found.asked).toEqual(asked[deployment])
    expect(found.endpoints).toEqual({
      authorization: `${app.provider.issuer}/oauth/authorize`,
      token: `${app.provider.issuer}/oauth/token`,
      registration: `${app.provider.issuer}/oauth/register`,
    })
  })
})
