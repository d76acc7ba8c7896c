import { randomBytes } from 'node:crypto'
import type { Changes } from '../../support/browser.js'
import type { Visitor } from './demo.js'

/** Where the clients of the tests listen, so to speak: the browser stops at the door. */
export const redirectUrl = 'http://127.0.0.1:48124/callback'

export type AuthMethod = 'none' | 'client_secret_basic' | 'client_secret_post'

/** How a client gets in: by a document at this URL where documents are read, or else by registering for this method. */
export interface ClientOptions {
  readonly authMethod?: AuthMethod
  readonly document?: string
}

/** What a client has kept, and what it has done, for a test to look at and to tamper with. */
export interface Kept<Information, Tokens, Discovery = unknown> {
  information: Information | undefined
  tokens: Tokens | undefined
  discovery: Discovery | undefined
  /** Every URL that a person would have been sent to. */
  readonly sentTo: URL[]
  readonly invalidated: string[]
}

/** The provider that both generations of the MCP client ask for, with everything in memory. */
export function inMemory<Information, Tokens, Discovery>({ authMethod = 'none', document }: ClientOptions) {
  const kept: Kept<Information, Tokens, Discovery> = {
    information: undefined,
    tokens: undefined,
    discovery: undefined,
    sentTo: [],
    invalidated: [],
  }
  let verifier = ''
  let state = ''
  const provider = {
    redirectUrl,
    ...(document !== undefined && { clientMetadataUrl: document }),
    clientMetadata: {
      client_name: 'MCP test client',
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: authMethod,
    },
    state() {
      state = randomBytes(16).toString('base64url')
      return state
    },
    clientInformation: () => kept.information,
    saveClientInformation(information: Information) {
      kept.information = information
    },
    tokens: () => kept.tokens,
    saveTokens(tokens: Tokens) {
      kept.tokens = tokens
    },
    discoveryState: () => kept.discovery,
    saveDiscoveryState(discovery: Discovery) {
      kept.discovery = discovery
    },
    redirectToAuthorization: (url: URL) => void kept.sentTo.push(url),
    saveCodeVerifier(text: string) {
      verifier = text
    },
    codeVerifier: () => verifier,
    invalidateCredentials(scope: string) {
      kept.invalidated.push(scope)
      if (scope === 'all' || scope === 'tokens') kept.tokens = undefined
      if (scope === 'all' || scope === 'client') kept.information = undefined
      if (scope === 'all' || scope === 'discovery') kept.discovery = undefined
    },
  }
  return { kept, provider, state: () => state }
}

/** A connection to an MCP server, in the few words that the tests need. */
export interface Connection {
  readonly tools: () => Promise<readonly string[]>
  /** Call a tool; what it answered. */
  readonly call: (tool: string, given?: Readonly<Record<string, unknown>>) => Promise<unknown>
  /** The redirect has come back. */
  readonly finish: (parameters: URLSearchParams) => Promise<void>
  readonly close: () => Promise<void>
}

interface TokensKept {
  readonly access_token: string
  readonly refresh_token?: string | undefined
  readonly scope?: string | undefined
}

interface InformationKept {
  readonly client_id: string
  readonly client_secret?: string | undefined
}

/** A client as one generation of the library makes it. */
export interface McpClient {
  readonly kept: Kept<InformationKept, TokensKept>
  readonly state: () => string
  /** A new connection. When a person is needed first, `ready` rejects and `finish` on it goes on. */
  readonly open: () => { readonly connection: Connection; readonly ready: Promise<void> }
  /** The library says that a person is needed. */
  readonly needsPerson: (error: unknown) => boolean
}

export type NewClient = (url: string, options?: ClientOptions) => McpClient

/** The scope that the client has last asked for, but for `offline_access`, which some add where it is offered. */
export const askedScope = ({ kept }: McpClient): readonly string[] =>
  (kept.sentTo.at(-1)?.searchParams.get('scope') ?? '')
    .split(' ')
    .filter((name) => name !== 'offline_access')
    .sort()

/** What went wrong, or null. */
export const failureOf = (operation: Promise<unknown>): Promise<unknown> =>
  operation.then(
    () => null,
    (error: unknown) => error ?? new Error('rejected with nothing'),
  )

/** The person follows the last redirect, approves for a project, and comes back with the state that was sent. */
export async function approveLast(
  { kept, state }: McpClient,
  person: Visitor,
  project: string,
  changes: Changes = {},
): Promise<URLSearchParams> {
  const url = kept.sentTo.at(-1)
  if (!url) throw new Error('the client has sent nobody to a browser')
  const { searchParams } = await person.approve(url, project, changes)
  if (searchParams.get('state') !== state()) throw new Error('what came back has another state than was sent')
  return searchParams
}

/** From nothing to a connection: the 401, discovery, registration, the person, the exchange, and on a new transport the session. */
export async function connectAs(client: McpClient, person: Visitor, project: string, changes: Changes = {}) {
  const first = client.open()
  const failure = await failureOf(first.ready)
  if (!client.needsPerson(failure)) throw failure
  await first.connection.finish(await approveLast(client, person, project, changes))
  await first.connection.close()
  return reconnect(client)
}

export async function reconnect(client: McpClient): Promise<Connection> {
  const { connection, ready } = client.open()
  await ready
  return connection
}
