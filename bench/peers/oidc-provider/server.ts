import { generateKeyPairSync } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { Provider } from 'oidc-provider'
import { listen } from '../../listening.js'
import { authMethod, lifetimes, redirectUri, scope } from '../../terms.js'
import type { Started } from '../shared/entrants.js'
import {
  bearerOf,
  consentPage,
  fieldsOf,
  guardedPath,
  newSecret,
  personOf,
  sendJson,
  sendPage,
  textFrom,
} from '../shared/host.js'
import { MapAdapter } from './adapter.js'

export async function start(): Promise<Started> {
  const listening = await listen()
  const resource = `${listening.origin}/api`
  const client = { client_id: 'reporter', client_secret: newSecret() }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

  const provider = new Provider(listening.origin, {
    adapter: MapAdapter,
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kty: 'EC', alg: 'ES256', use: 'sig', kid: 'first' }] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    clients: [
      {
        ...client,
        client_name: 'Reporter',
        redirect_uris: [redirectUri],
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
        token_endpoint_auth_method: authMethod,
      },
    ],
    cookies: { keys: [newSecret()] },
    findAccount: (_ctx, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: (_ctx, { clientId }, token) => token.clientId === clientId,
      },
      registration: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope,
          audience: resource,
          accessTokenTTL: lifetimes.accessToken,
          accessTokenFormat: 'opaque',
        }),
      },
    },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: (_ctx, { grantTypes }) => grantTypes?.includes('refresh_token') ?? false,
    expiresWithSession: () => false,
    ttl: {
      AuthorizationCode: lifetimes.authorizationCode,
      AccessToken: lifetimes.accessToken,
      ClientCredentials: lifetimes.accessToken,
      RefreshToken: lifetimes.refreshToken,
      Grant: lifetimes.refreshToken,
      Interaction: 3_600,
      Session: lifetimes.refreshToken,
    },
  })

  /** Who is signed in to the host needs no login of the provider's own: both prompts are answered at once. */
  const interaction: RequestListener = async (request, response) => {
    const { uid, params } = await provider.interactionDetails(request, response)
    const accountId = personOf(request.headers.cookie)
    const clientId = String(params.client_id)
    const asked = String(params.scope)
    if (accountId === undefined) return void response.writeHead(401).end()
    if (request.method === 'GET') {
      const { clientName } = (await provider.Client.find(clientId)) ?? {}
      return sendPage(response, consentPage(`/interaction/${uid}`, clientName ?? clientId, asked.split(' '), uid))
    }
    if (fieldsOf(await textFrom(request)).decision !== 'approve') {
      return provider.interactionFinished(request, response, { error: 'access_denied' })
    }
    const grant = new provider.Grant({ accountId, clientId })
    grant.addResourceScope(String(params.resource), asked)
    const grantId = await grant.save()
    return provider.interactionFinished(request, response, { login: { accountId }, consent: { grantId } })
  }

  /** As its documentation reads tokens in the same process. Revoking a grant deletes its tokens, so that finding one is enough. */
  const guarded: RequestListener = async (request, response) => {
    const token = await provider.AccessToken.find(bearerOf(request.headers.authorization))
    if (token === undefined || !token.isValid || token.aud !== resource || !token.scopes.has('project:read')) {
      return void response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end()
    }
    sendJson(response, { project: 'alpha', subject: token.accountId, scope: token.scope })
  }

  const answer = provider.callback()
  listening.answer((request, response) => {
    if (request.url === guardedPath) return guarded(request, response)
    if (request.url?.startsWith('/interaction/')) return interaction(request, response)
    return answer(request, response)
  })
  return { port: listening.port, client, close: listening.close }
}
