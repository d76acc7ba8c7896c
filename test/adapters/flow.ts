import * as oauth from 'oauth4webapi'
import type { Browser } from './browser.js'

const insecure = { [oauth.allowInsecureRequests]: true }
const redirectUri = 'http://127.0.0.1:1/callback'
const anonymous = oauth.None()

/** A client that has found, by the challenge of an API, who to ask for access, and has registered there. */
export interface Connection {
  readonly server: oauth.AuthorizationServer
  readonly client: oauth.Client
}

export interface Tokens {
  readonly access: string
  readonly refresh: string
  readonly scope: string
}

/** From a 401 to a registered client (RFC 9728 §5, RFC 8414 §3, RFC 7591 §3). */
export async function connect(api: string): Promise<Connection> {
  const challenge = (await fetch(api)).headers.get('www-authenticate') ?? ''
  const document = /resource_metadata="([^"]+)"/.exec(challenge)?.[1]
  if (document === undefined) throw new Error(`no resource_metadata in: ${challenge}`)
  const { authorization_servers: servers } = (await (await fetch(document)).json()) as oauth.ResourceServer
  const issuer = new URL(servers?.[0] ?? '')
  const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
  const server = await oauth.processDiscoveryResponse(issuer, found)
  const metadata = {
    client_name: 'Acme Reporter',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
  }
  const answer = await oauth.dynamicClientRegistrationRequest(server, metadata, insecure)
  return { server, client: await oauth.processDynamicClientRegistrationResponse(answer) }
}

/** What a person clicks on the consent page; whoever is not signed in is led to the login on the way. */
export interface Person {
  readonly browser: Browser
  readonly signIn: (browser: Browser, url: string) => ReturnType<Browser['open']>
  readonly fields: Readonly<Record<string, string>>
}

export async function authorize(
  { server, client }: Connection,
  { resource, scope }: { readonly resource: string; readonly scope: string },
  person: Person,
): Promise<Tokens> {
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const url = new URL(server.authorization_endpoint ?? '')
  const parameters = {
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: redirectUri,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    scope,
    state,
    resource,
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  const consent = await person.signIn(person.browser, url.href)
  const { url: callback } = await person.browser.submit(consent, person.fields)
  const validated = oauth.validateAuthResponse(server, client, new URL(callback), state)
  const answer = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    anonymous,
    validated,
    redirectUri,
    verifier,
    {
      ...insecure,
      additionalParameters: { resource },
    },
  )
  return tokens(await oauth.processAuthorizationCodeResponse(server, client, answer))
}

export async function refresh({ server, client }: Connection, { refresh }: Tokens): Promise<Tokens> {
  const answer = await oauth.refreshTokenGrantRequest(server, client, anonymous, refresh, insecure)
  return tokens(await oauth.processRefreshTokenResponse(server, client, answer))
}

export async function revoke({ server, client }: Connection, { refresh }: Tokens): Promise<void> {
  await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, anonymous, refresh, insecure))
}

const tokens = ({
  access_token: access,
  refresh_token: refresh = '',
  scope = '',
}: oauth.TokenEndpointResponse): Tokens => ({
  access,
  refresh,
  scope,
})
