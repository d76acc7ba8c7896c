import {
  InvalidGrantError,
  InvalidScopeError,
  InvalidTokenError,
} from '@modelcontextprotocol/sdk/server/auth/errors.js'
import type { AuthorizationParams, OAuthServerProvider } from '@modelcontextprotocol/sdk/server/auth/provider.js'
import type { OAuthClientInformationFull, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'
import type { Request, Response } from 'express'
import { lifetimes, scope } from '../../terms.js'
import { consentPage, consentPath, newSecret, personOf } from '../shared/host.js'

interface Authorization {
  readonly clientId: string
  readonly person: string
  readonly params: AuthorizationParams
}

interface Granted {
  readonly clientId: string
  readonly person: string
  readonly scopes: string[]
  readonly expiresAt: number
}

const offered = scope.split(' ')
const now = () => Math.floor(Date.now() / 1000)

/** The least that the router's interface asks for: maps, one-time codes, refresh tokens good for one use. */
export class MapProvider implements OAuthServerProvider {
  readonly #clients = new Map<string, OAuthClientInformationFull>()
  readonly #pending = new Map<string, Authorization>()
  readonly #codes = new Map<string, Authorization & { readonly expiresAt: number }>()
  readonly #accessTokens = new Map<string, Granted>()
  readonly #refreshTokens = new Map<string, Granted>()

  readonly clientsStore = {
    getClient: (id: string) => this.#clients.get(id),
    registerClient: (client: OAuthClientInformationFull) => {
      this.#clients.set(client.client_id, client)
      return client
    },
  }

  async authorize(client: OAuthClientInformationFull, params: AuthorizationParams, response: Response): Promise<void> {
    if (params.scopes?.every((one) => offered.includes(one)) === false) throw new InvalidScopeError('unknown scope')
    const person = personOf(response.req.headers.cookie)
    if (person === undefined) return void response.status(401).end()
    const id = newSecret()
    this.#pending.set(id, { clientId: client.client_id, person, params })
    response.type('html').send(consentPage(consentPath, client.client_name ?? '', params.scopes ?? [], id))
  }

  /** The form of the page, which is no business of the router's. */
  decide(request: Request, response: Response): void {
    const held = this.#pending.get(request.body.request)
    if (held === undefined || held.person !== personOf(request.headers.cookie)) return void response.status(400).end()
    this.#pending.delete(request.body.request)
    const location = new URL(held.params.redirectUri)
    if (request.body.decision === 'approve') {
      const code = newSecret()
      this.#codes.set(code, { ...held, expiresAt: now() + lifetimes.authorizationCode })
      location.searchParams.set('code', code)
    } else location.searchParams.set('error', 'access_denied')
    if (held.params.state !== undefined) location.searchParams.set('state', held.params.state)
    response.redirect(location.href)
  }

  async challengeForAuthorizationCode(client: OAuthClientInformationFull, code: string): Promise<string> {
    return this.#codeOf(client, code).params.codeChallenge
  }

  async exchangeAuthorizationCode(
    client: OAuthClientInformationFull,
    code: string,
    _verifier?: string,
    redirectUri?: string,
  ): Promise<OAuthTokens> {
    const { person, params } = this.#codeOf(client, code)
    if (redirectUri !== params.redirectUri) throw new InvalidGrantError('another redirect_uri')
    this.#codes.delete(code)
    return this.#issue(client.client_id, person, params.scopes ?? [])
  }

  async exchangeRefreshToken(
    client: OAuthClientInformationFull,
    token: string,
    scopes?: string[],
  ): Promise<OAuthTokens> {
    const held = this.#refreshTokens.get(token)
    if (held === undefined || held.clientId !== client.client_id || held.expiresAt < now()) {
      throw new InvalidGrantError('unknown refresh token')
    }
    if (scopes?.every((one) => held.scopes.includes(one)) === false)
      throw new InvalidScopeError('more than was granted')
    this.#refreshTokens.delete(token)
    return this.#issue(client.client_id, held.person, scopes ?? held.scopes)
  }

  async verifyAccessToken(token: string) {
    const held = this.#accessTokens.get(token)
    if (held === undefined) throw new InvalidTokenError('unknown token')
    const { clientId, scopes, expiresAt, person } = held
    return { token, clientId, scopes, expiresAt, extra: { subject: person } }
  }

  async revokeToken(_client: OAuthClientInformationFull, { token }: { readonly token: string }): Promise<void> {
    this.#accessTokens.delete(token)
    this.#refreshTokens.delete(token)
  }

  #codeOf(client: OAuthClientInformationFull, code: string) {
    const held = this.#codes.get(code)
    if (held === undefined || held.clientId !== client.client_id || held.expiresAt < now()) {
      throw new InvalidGrantError('unknown code')
    }
    return held
  }

  #issue(clientId: string, person: string, scopes: string[]): OAuthTokens {
    const access_token = newSecret()
    const refresh_token = newSecret()
    const granted = { clientId, person, scopes }
    this.#accessTokens.set(access_token, { ...granted, expiresAt: now() + lifetimes.accessToken })
    this.#refreshTokens.set(refresh_token, { ...granted, expiresAt: now() + lifetimes.refreshToken })
    const expires_in = lifetimes.accessToken
    return { access_token, token_type: 'Bearer', expires_in, refresh_token, scope: scopes.join(' ') }
  }
}
