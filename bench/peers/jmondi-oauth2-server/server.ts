import { createSecretKey } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import {
  type AuthorizationRequest,
  AuthorizationServer,
  DateInterval,
  isOAuthError,
  JwtService,
  OAuthRequest,
} from '@jmondi/oauth2-server'
import { listen } from '../../listening.js'
import { lifetimes } from '../../terms.js'
import type { Started } from '../shared/entrants.js'
import {
  bearerOf,
  consentPage,
  consentPath,
  fieldsOf,
  guardedPath,
  newSecret,
  personOf,
  sendJson,
  sendPage,
  textFrom,
} from '../shared/host.js'
import { mapRepositories } from './repositories.js'

type Response = Awaited<ReturnType<AuthorizationServer['introspect']>>

function send(response: ServerResponse, { status, headers, body }: Response): void {
  const text = status === 302 ? '' : JSON.stringify(body)
  const type = { 'content-type': 'application/json' }
  response.writeHead(status, { ...type, ...headers, 'content-length': Buffer.byteLength(text) }).end(text)
}

const asked = async (request: IncomingMessage) =>
  new OAuthRequest({ headers: { ...request.headers }, query: {}, body: fieldsOf(await textFrom(request)) })

export async function start(): Promise<Started> {
  const listening = await listen()
  const client = { client_id: 'reporter', client_secret: newSecret() }
  const { clients, scopes, users, authCodes, tokens } = mapRepositories(client)
  // As a key: a text would be tried as a private key first, for every token.
  const jwt = new JwtService(createSecretKey(newSecret(), 'utf8'))
  const server = new AuthorizationServer(clients, tokens, scopes, jwt, {
    issuer: listening.origin,
    useOpaqueAuthorizationCodes: true,
    useOpaqueRefreshTokens: true,
  })
  const lifetime = new DateInterval(`${lifetimes.accessToken}s`)
  server.enableGrantTypes(
    [{ grant: 'authorization_code', authCodeRepository: authCodes, userRepository: users }, lifetime],
    ['client_credentials', lifetime],
    ['refresh_token', lifetime],
  )
  const pending = new Map<string, { readonly person: string; readonly asked: AuthorizationRequest }>()

  /** Its documentation: keep the validated request with the session, ask the person, set both fields and complete it. */
  const consent: RequestListener = async (request, response) => {
    const query = fieldsOf(request.url?.split('?')[1] ?? '')
    const valid = await server.validateAuthorizationRequest(new OAuthRequest({ query, headers: {}, body: {} }))
    const person = personOf(request.headers.cookie)
    if (person === undefined) return sendJson(response, { error: 'login_required' }, 401)
    const id = newSecret()
    pending.set(id, { person, asked: valid })
    const names = valid.scopes.map(({ name }) => name)
    sendPage(response, consentPage(consentPath, valid.client.name, names, id))
  }

  const decided: RequestListener = async (request, response) => {
    const { request: id = '', decision } = fieldsOf(await textFrom(request))
    const held = pending.get(id)
    if (held === undefined || held.person !== personOf(request.headers.cookie)) {
      return sendJson(response, { error: 'invalid_request' }, 400)
    }
    pending.delete(id)
    held.asked.user = { id: held.person }
    held.asked.isAuthorizationApproved = decision === 'approve'
    send(response, await server.completeAuthorizationRequest(held.asked))
  }

  /** Who the token is for; null where it is not live. */
  const verified = async (token: string) => {
    try {
      const { jti, sub, scope } = await jwt.verify(token)
      const held = await tokens.getByAccessToken?.(String(jti))
      return held !== undefined && held.accessTokenExpiresAt > new Date() ? { sub, scope: String(scope) } : null
    } catch {
      return null
    }
  }

  const guarded: RequestListener = async (request, response) => {
    const token = await verified(bearerOf(request.headers.authorization))
    if (token?.scope.split(' ').includes('project:read') !== true) {
      return sendJson(response, { error: 'invalid_token' }, 401)
    }
    sendJson(response, { project: 'alpha', subject: token.sub, scope: token.scope })
  }

  const routes: Readonly<Record<string, RequestListener>> = {
    '/authorize': consent,
    [consentPath]: decided,
    '/token': async (request, response) =>
      send(response, await server.respondToAccessTokenRequest(await asked(request))),
    '/token/introspect': async (request, response) => send(response, await server.introspect(await asked(request))),
    [guardedPath]: guarded,
  }
  listening.answer(async (request, response) => {
    const route = routes[request.url?.split('?')[0] ?? '']
    if (route === undefined) return void response.writeHead(404).end()
    try {
      await route(request, response)
    } catch (error) {
      const known = isOAuthError(error)
      sendJson(
        response,
        { error: known ? error.errorType : 'server_error', message: String(error) },
        known ? error.status : 500,
      )
    }
  })
  return { port: listening.port, client, close: listening.close }
}
