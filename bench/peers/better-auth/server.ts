import { createHmac } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { getMigrations } from 'better-auth/db/migration'
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node'
import { listen } from '../../listening.js'
import { authMethod, redirectUri, scope } from '../../terms.js'
import type { Started } from '../shared/entrants.js'
import { guardedPath, newSecret, consentPage as page, sendJson, sendPage } from '../shared/host.js'
import { type Auth, administrator, makeAuth } from './auth.js'
import { openSchema } from './database.js'
import { introspected, verified } from './guards.js'
import { consentPage } from './steps.js'

export interface Setup {
  readonly storage: 'memory' | 'postgres'
  readonly tokens: 'opaque' | 'jwt'
}

/** It looks at every table of the database first, and fails where somebody drops one at that moment: then once more. */
async function migrate(auth: Auth, tries = 5): Promise<void> {
  const migrations = await getMigrations(auth.options).catch((error: unknown) => {
    if (tries === 1) throw error
    return null
  })
  if (migrations === null) return migrate(auth, tries - 1)
  await migrations.runMigrations()
}

export async function start({ storage, tokens }: Setup): Promise<Started> {
  const listening = await listen()
  const { origin } = listening
  const database = storage === 'postgres' ? await openSchema() : null
  const secret = newSecret()
  const auth = makeAuth({ origin, secret, pool: database?.pool ?? null, signed: tokens === 'jwt' })
  if (database !== null) await migrate(auth)
  const { adapter, internalAdapter, authCookies } = await auth.$context

  /** The records and the cookie of somebody who has signed in: how they did is not what is compared. */
  const signIn = async (person: string): Promise<string> => {
    const now = new Date()
    const user = { id: person, name: person, email: `${person}@example.test`, emailVerified: true }
    await adapter.create({ model: 'user', data: { ...user, createdAt: now, updatedAt: now }, forceAllowId: true })
    const { token } = await internalAdapter.createSession(person)
    const signature = createHmac('sha256', secret).update(token).digest('base64')
    return `${authCookies.sessionToken.name}=${encodeURIComponent(`${token}.${signature}`)}`
  }

  const created = await auth.api.adminCreateOAuthClient({
    headers: { cookie: await signIn(administrator) },
    body: {
      client_name: 'Reporter',
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: authMethod,
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      client_credentials_scopes: scope.split(' '),
    },
  })
  const client = { client_id: created.client_id, client_secret: String(created.client_secret) }

  const guard = tokens === 'jwt' ? verified(origin) : introspected(auth, client)
  const guarded: RequestListener = async (request, response) => {
    try {
      const { sub, scope: granted } = await guard(request)
      if (!String(granted).split(' ').includes('project:read')) throw new TypeError('no such scope')
      sendJson(response, { project: 'alpha', subject: sub, scope: granted })
    } catch {
      sendJson(response, { error: 'invalid_token' }, 401)
    }
  }

  /** Its script would send what was decided to `/api/auth/oauth2/consent`, with the query of this page. */
  const consent: RequestListener = async (request, response) => {
    const query = new URLSearchParams(request.url?.split('?')[1])
    const headers = fromNodeHeaders(request.headers)
    const asking = await auth.api.getOAuthClientPublic({
      query: { client_id: query.get('client_id') ?? '' },
      headers,
    })
    sendPage(response, page('', asking.client_name ?? '', (query.get('scope') ?? '').split(' '), ''))
  }

  const answer = toNodeHandler(auth)
  listening.answer((request, response) => {
    const path = request.url?.split('?')[0]
    if (path === guardedPath) return guarded(request, response)
    if (path === consentPage) return consent(request, response)
    return answer(request, response)
  })
  return {
    port: listening.port,
    client,
    cookies: signIn,
    async close() {
      await listening.close()
      await database?.drop()
    },
  }
}
