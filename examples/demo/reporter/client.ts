import * as oauth from 'oauth4webapi'
import * as z from 'zod'

export type Tokens = oauth.TokenEndpointResponse

/** What has to be remembered between leaving for the consent page and coming back. */
export interface Pending {
  readonly state: string
  readonly verifier: string
}

const scope = 'project:read project:write'

/** A self-made app is registered once, at the first use. A real one would keep what it was given in its database. */
interface Registered {
  readonly server: oauth.AuthorizationServer
  readonly client: oauth.Client
  readonly authentication: oauth.ClientAuth
}

const me = z.object({ user: z.string(), projects: z.array(z.string()) }).loose()
const list = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) })

/** What the API says to somebody who holds the tokens. */
export interface Report {
  readonly me: Readonly<Record<string, unknown>>
  readonly items: readonly { readonly project: string; readonly items: z.infer<typeof list>['items'] }[]
}

export interface ClientOptions {
  readonly api: string
  readonly redirectUri: string
}

/** An OAuth client that knows nothing but the URL of the API it wants to call. */
export function createClient({ api, redirectUri }: ClientOptions) {
  // Everything is on this machine; on the internet it is https and this is left out.
  const insecure = { [oauth.allowInsecureRequests]: new URL(api).protocol === 'http:' }

  /** RFC 9728 and RFC 8414: the API names its authorization server, which tells where its endpoints are. */
  async function discover(): Promise<oauth.AuthorizationServer> {
    const resource = new URL(api)
    const found = await oauth.resourceDiscoveryRequest(resource, insecure)
    const { authorization_servers = [] } = await oauth.processResourceDiscoveryResponse(resource, found)
    const issuer = new URL(authorization_servers[0] ?? resource.origin)
    const answer = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
    return oauth.processDiscoveryResponse(issuer, answer)
  }

  /** RFC 7591: the app introduces itself and is given an id and a secret. */
  async function register(): Promise<Registered> {
    const server = await discover()
    const metadata = {
      client_name: 'Acme Reporter',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_basic',
    }
    const answer = await oauth.dynamicClientRegistrationRequest(server, metadata, insecure)
    const client = await oauth.processDynamicClientRegistrationResponse(answer)
    if (typeof client.client_secret !== 'string') throw new Error('The platform gave this app no secret.')
    return { server, client, authentication: oauth.ClientSecretBasic(client.client_secret) }
  }

  let registration: Promise<Registered> | null = null
  const registered = (): Promise<Registered> => {
    registration ??= register().catch((error: unknown) => {
      registration = null
      throw error
    })
    return registration
  }

  /** A platform that was emptied has forgotten this app, which then introduces itself again. */
  const orForgotten = (error: unknown): never => {
    if (error instanceof oauth.ResponseBodyError && error.error === 'invalid_client') registration = null
    throw error
  }

  async function get(path: string, tokens: Tokens): Promise<unknown> {
    const url = new URL(`${api}${path}`)
    const answer = await oauth.protectedResourceRequest(tokens.access_token, 'GET', url, undefined, null, insecure)
    if (!answer.ok) throw new Error(`${url.pathname} answered ${answer.status}.`)
    return answer.json()
  }

  return {
    /** Where to send the person, and what to remember until they are back. */
    async begin(): Promise<{ readonly url: URL; readonly pending: Pending }> {
      const { server, client } = await registered()
      if (server.authorization_endpoint === undefined) throw new Error('The platform has no authorization endpoint.')
      const pending = { state: oauth.generateRandomState(), verifier: oauth.generateRandomCodeVerifier() }
      const url = new URL(server.authorization_endpoint)
      url.search = new URLSearchParams({
        response_type: 'code',
        client_id: client.client_id,
        redirect_uri: redirectUri,
        scope,
        resource: api,
        state: pending.state,
        code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
      }).toString()
      return { url, pending }
    },

    /** From the URL that the person came back to. */
    async complete(answer: URL, { state, verifier }: Pending): Promise<Tokens> {
      const { server, client, authentication } = await registered()
      const parameters = oauth.validateAuthResponse(server, client, answer, state)
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        client,
        authentication,
        parameters,
        redirectUri,
        verifier,
        insecure,
      )
      return oauth.processAuthorizationCodeResponse(server, client, response).catch(orForgotten)
    },

    async refresh({ refresh_token: token, scope: granted }: Tokens): Promise<Tokens> {
      if (token === undefined) throw new Error('There is no refresh token: the session was not to be kept alive.')
      const { server, client, authentication } = await registered()
      const response = await oauth.refreshTokenGrantRequest(server, client, authentication, token, insecure)
      const tokens = await oauth.processRefreshTokenResponse(server, client, response).catch(orForgotten)
      // What an answer leaves out has not changed (RFC 6749 sections 5.1 and 6).
      return { refresh_token: token, ...(granted !== undefined && { scope: granted }), ...tokens }
    },

    /** RFC 7009. Revoking the refresh token ends everything; without one the access token is all there is. */
    async revoke({ refresh_token, access_token }: Tokens): Promise<void> {
      const { server, client, authentication } = await registered()
      const token = refresh_token ?? access_token
      const response = await oauth.revocationRequest(server, client, authentication, token, insecure)
      await oauth.processRevocationResponse(response).catch(orForgotten)
    },

    async report(tokens: Tokens): Promise<Report> {
      const who = me.parse(await get('/me', tokens))
      const items = await Promise.all(
        who.projects.map(async (project) => {
          const { items } = list.parse(await get(`/projects/${encodeURIComponent(project)}/items`, tokens))
          return { project, items }
        }),
      )
      return { me: who, items }
    },
  }
}

/** Whether the platform has said that these tokens will never work again. */
export const isOver = (error: unknown): boolean =>
  error instanceof oauth.ResponseBodyError && ['invalid_grant', 'invalid_client'].includes(error.error)

/** An error in words for the person in front of the screen. */
export function explain(error: unknown): string {
  if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError)
    return `The platform answered ${error.error}: ${error.error_description ?? 'no reason given'}.`
  if (error instanceof oauth.WWWAuthenticateChallengeError) {
    const { error: name, error_description: reason } = error.cause[0]?.parameters ?? {}
    return `The platform answered ${error.status} ${name ?? ''}: ${reason ?? 'no reason given'}.`
  }
  return error instanceof Error ? error.message : String(error)
}
