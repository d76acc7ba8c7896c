import { setTimeout } from 'node:timers/promises'
import * as oauth from 'oauth4webapi'
import type { Tokens } from './session.js'

/** How this program speaks with the platform: an OAuth client that is told nothing but the URL of the API. */

const scope = 'project:read project:write'

/** For one answer, in milliseconds. */
const patience = 15_000

export interface Codes {
  readonly userCode: string
  readonly page: string
  /** The page with the code filled in; null where the platform has none. */
  readonly link: string | null
  readonly minutes: number
}

export interface Platform {
  /** Introduce this program (RFC 7591); the id it goes by from now on. */
  readonly register: () => Promise<string>
  /**
   * Have somebody let this program in (RFC 8628).
   *
   * @param show told which code the person has to enter, and where
   * @throws Error that says why there are no tokens
   */
  readonly login: (clientId: string, show: (codes: Codes) => void) => Promise<Tokens>
  readonly refresh: (clientId: string, refresh: string) => Promise<Tokens>
  /** RFC 7009. The refresh token takes everything along. */
  readonly revoke: (clientId: string, tokens: Tokens) => Promise<void>
  /** A GET of the API, below its own path. */
  readonly get: (path: string, access: string) => Promise<Response>
}

/** The platform has said that this will not work again: somebody has to log in. */
export const isOver = (error: unknown): boolean =>
  error instanceof oauth.ResponseBodyError && ['invalid_grant', 'invalid_client'].includes(error.error)

/** The platform does not know this program any more, which then introduces itself again. */
export const isForgotten = (error: unknown): boolean =>
  error instanceof oauth.ResponseBodyError && ['invalid_client', 'unauthorized_client'].includes(error.error)

const now = () => Math.floor(Date.now() / 1000)

const tokensOf = (answer: oauth.TokenEndpointResponse, refresh: string | null): Tokens => ({
  access: answer.access_token,
  // What an answer leaves out has not changed (RFC 6749 section 6).
  refresh: answer.refresh_token ?? refresh,
  expiresAt: now() + (answer.expires_in ?? 0),
})

/** On this machine the platform may do without https; anywhere else it may not. */
const isLocal = ({ protocol, hostname }: URL) =>
  protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)

export function platformAt(api: string): Platform {
  const options = {
    [oauth.allowInsecureRequests]: isLocal(new URL(api)),
    signal: () => AbortSignal.timeout(patience),
  }
  const authentication = oauth.None()
  let discovered: Promise<oauth.AuthorizationServer> | null = null

  /** RFC 9728 and RFC 8414: the API names its authorization server, which tells where its endpoints are. */
  const discover = async (): Promise<oauth.AuthorizationServer> => {
    const resource = new URL(api)
    const found = await oauth.resourceDiscoveryRequest(resource, options)
    const { authorization_servers = [] } = await oauth.processResourceDiscoveryResponse(resource, found)
    const issuer = new URL(authorization_servers[0] ?? resource.origin)
    const answer = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...options })
    return oauth.processDiscoveryResponse(issuer, answer)
  }
  const server = () => (discovered ??= discover())

  const poll = async (
    client: oauth.Client,
    { device_code, expires_in, interval = 5 }: oauth.DeviceAuthorizationResponse,
  ) => {
    const until = now() + expires_in
    for (let seconds = interval; now() <= until + seconds; ) {
      await setTimeout(seconds * 1000)
      try {
        const response = await oauth.deviceCodeGrantRequest(
          await server(),
          client,
          authentication,
          device_code,
          options,
        )
        return await oauth.processDeviceCodeResponse(await server(), client, response)
      } catch (error) {
        const said = error instanceof oauth.ResponseBodyError ? error.error : null
        // A server that does not answer is asked less and less often (RFC 8628 section 3.5).
        if (said === null || said === 'temporarily_unavailable') seconds = Math.min(seconds * 2, 60)
        else if (said === 'slow_down') seconds += 5
        else if (said !== 'authorization_pending') throw error
      }
    }
    throw new Error('Nobody has entered the code in time. Log in again.')
  }

  return {
    async register() {
      const metadata = {
        client_name: 'Quarry CLI',
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
        token_endpoint_auth_method: 'none',
      }
      const answer = await oauth.dynamicClientRegistrationRequest(await server(), metadata, options)
      return (await oauth.processDynamicClientRegistrationResponse(answer)).client_id
    },

    async login(clientId, show) {
      const client = { client_id: clientId }
      const parameters = new URLSearchParams({ scope, resource: api })
      const asked = await oauth.deviceAuthorizationRequest(await server(), client, authentication, parameters, options)
      const codes = await oauth.processDeviceAuthorizationResponse(await server(), client, asked)
      show({
        userCode: codes.user_code,
        page: codes.verification_uri,
        link: codes.verification_uri_complete ?? null,
        minutes: Math.floor(codes.expires_in / 60),
      })
      return tokensOf(await poll(client, codes), null)
    },

    async refresh(clientId, refresh) {
      const client = { client_id: clientId }
      const response = await oauth.refreshTokenGrantRequest(await server(), client, authentication, refresh, options)
      return tokensOf(await oauth.processRefreshTokenResponse(await server(), client, response), refresh)
    },

    async revoke(clientId, { refresh, access }) {
      const client = { client_id: clientId }
      const response = await oauth.revocationRequest(await server(), client, authentication, refresh ?? access, options)
      await oauth.processRevocationResponse(response)
    },

    get: (path, access) =>
      oauth
        .protectedResourceRequest(access, 'GET', new URL(`${api}${path}`), undefined, null, options)
        .catch((error: unknown) => {
          if (error instanceof oauth.WWWAuthenticateChallengeError) return error.response
          throw error
        }),
  }
}

/** An error in words for the person at the terminal. */
export function explain(error: unknown): string {
  if (error instanceof oauth.ResponseBodyError) {
    if (error.error === 'access_denied') return 'The request was denied.'
    if (error.error === 'expired_token') return 'Nobody has entered the code in time. Log in again.'
    return `The platform answered ${error.error}: ${error.error_description ?? 'no reason given'}.`
  }
  if (!(error instanceof Error)) return String(error)
  const isSilence = error.message === 'fetch failed' || error.name === 'TimeoutError'
  return isSilence ? 'The platform does not answer.' : error.message
}
