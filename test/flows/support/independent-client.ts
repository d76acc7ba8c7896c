import * as oauth from 'oauth4webapi'
import type { Changes } from '../../support/browser.js'
import { type RunningDemo, visitor } from './demo.js'

/** The demo has no certificate. Everything else that this client checks, it checks. */
export const loopback = { [oauth.allowInsecureRequests]: true } as const

export const redirectUri = 'http://127.0.0.1:48123/callback'
export const webRedirectUri = 'https://client.example/callback'

export const metadata = {
  client_name: 'Independent Client',
  redirect_uris: [redirectUri, webRedirectUri],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
}

const authentications = {
  none: () => oauth.None(),
  client_secret_basic: (secret: string) => oauth.ClientSecretBasic(secret),
  client_secret_post: (secret: string) => oauth.ClientSecretPost(secret),
} as const

export type Method = keyof typeof authentications

export const methods = Object.keys(authentications) as Method[]

export interface Registered {
  readonly client: oauth.Client
  readonly authentication: oauth.ClientAuth
}

interface Asked {
  readonly person?: string
  readonly project?: string
  /** Parameters of the authorization request; undefined takes a default away. */
  readonly parameters?: Readonly<Record<string, string | undefined>>
  /** What is changed in the consent form. */
  readonly changes?: Changes
}

interface Started {
  readonly url: URL
  readonly verifier: string
  readonly state: string
}

/** A client written by somebody else, `oauth4webapi`, against the demo. */
export interface IndependentClient {
  readonly server: oauth.AuthorizationServer
  readonly register: (method: Method) => Promise<Registered>
  /** The URL of an authorization request. */
  readonly start: (registered: Registered, parameters?: Asked['parameters']) => Promise<Started>
  /** Up to the callback, with state and `iss` validated. */
  readonly authorize: (
    registered: Registered,
    asked?: Asked,
  ) => Promise<Started & { readonly callback: URL; readonly parameters: URLSearchParams }>
  readonly exchange: (
    registered: Registered,
    parameters: URLSearchParams,
    verifier: string,
  ) => Promise<oauth.TokenEndpointResponse>
  readonly connect: (registered: Registered, asked?: Asked) => Promise<oauth.TokenEndpointResponse>
  readonly refresh: (
    registered: Registered,
    token: unknown,
    parameters?: Readonly<Record<string, string>>,
  ) => Promise<oauth.TokenEndpointResponse>
  /** Call the API: read, or add an item with this name. */
  readonly call: (token: string, path?: string, name?: string) => Promise<Response>
}

export async function independentClient(demo: RunningDemo): Promise<IndependentClient> {
  const issuer = new URL(demo.origin)
  const discovered = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...loopback })
  const server = await oauth.processDiscoveryResponse(issuer, discovered)

  const self: IndependentClient = {
    server,
    async register(method) {
      const wanted = { ...metadata, token_endpoint_auth_method: method }
      const response = await oauth.dynamicClientRegistrationRequest(server, wanted, loopback)
      const client = await oauth.processDynamicClientRegistrationResponse(response)
      return { client, authentication: authentications[method](String(client.client_secret)) }
    },
    async start({ client }, parameters = {}) {
      const verifier = oauth.generateRandomCodeVerifier()
      const state = oauth.generateRandomState()
      const url = new URL(server.authorization_endpoint ?? '')
      const whole = {
        response_type: 'code',
        client_id: client.client_id,
        redirect_uri: redirectUri,
        scope: 'project:read project:write',
        state,
        resource: demo.api,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...parameters,
      }
      for (const [name, value] of Object.entries(whole)) if (value !== undefined) url.searchParams.set(name, value)
      return { url, verifier, state }
    },
    async authorize(registered, { person = 'alice', project = 'alpha', parameters, changes } = {}) {
      const started = await self.start(registered, parameters)
      const callback = await visitor(demo, person).approve(started.url, project, changes)
      const validated = oauth.validateAuthResponse(server, registered.client, callback, started.state)
      return { ...started, callback, parameters: validated }
    },
    async exchange({ client, authentication }, parameters, verifier) {
      const options = { ...loopback, additionalParameters: { resource: demo.api } }
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        client,
        authentication,
        parameters,
        redirectUri,
        verifier,
        options,
      )
      return oauth.processAuthorizationCodeResponse(server, client, response)
    },
    async connect(registered, asked) {
      const { parameters, verifier } = await self.authorize(registered, asked)
      return self.exchange(registered, parameters, verifier)
    },
    async refresh({ client, authentication }, token, additionalParameters = {}) {
      const options = { ...loopback, additionalParameters }
      const response = await oauth.refreshTokenGrantRequest(server, client, authentication, String(token), options)
      return oauth.processRefreshTokenResponse(server, client, response)
    },
    call(token, path = '/projects/alpha/items', name) {
      const url = new URL(`${demo.api}${path}`)
      if (name === undefined) return oauth.protectedResourceRequest(token, 'GET', url, new Headers(), null, loopback)
      const headers = new Headers({ 'content-type': 'application/json' })
      return oauth.protectedResourceRequest(token, 'POST', url, headers, JSON.stringify({ name }), loopback)
    },
  }
  return self
}

/** What an operation of the client threw. */
export async function thrownBy(operation: Promise<unknown>): Promise<unknown> {
  const outcome = await operation.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  if (!('error' in outcome)) throw new Error(`nothing was thrown, but returned: ${JSON.stringify(outcome.value)}`)
  return outcome.error
}

/** Status and code of the error that the client read from a body. */
export async function bodyError(operation: Promise<unknown>): Promise<readonly [status: number, error: string]> {
  const error = await thrownBy(operation)
  if (!(error instanceof oauth.ResponseBodyError)) throw error
  return [error.status, error.error]
}

/** Status, scheme and parameters of the one challenge that the client parsed. */
export async function challengeOf(operation: Promise<unknown>) {
  const error = await thrownBy(operation)
  if (!(error instanceof oauth.WWWAuthenticateChallengeError)) throw error
  const [challenge, ...others] = error.cause
  if (!challenge || others.length > 0) throw new Error(`expected one challenge, got ${error.cause.length}`)
  return { status: error.status, scheme: challenge.scheme, ...challenge.parameters }
}
