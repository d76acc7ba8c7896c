/** A form or a query as it is sent: in this order, with repetitions. */
export type Pairs = readonly (readonly [name: string, value: string])[]

/** The revisions of MCP that have said how a client is authorized. */
export type RevisionName = '2025-03-26' | '2025-06-18' | '2025-11-25' | '2026-07-28'

/** The requests of one well-known client, as it sends them. `mcp` is the URL of the MCP server. */
export interface RecordedClient {
  readonly client: string
  /** Headers of its own, on everything it sends itself. */
  readonly headers: Readonly<Record<string, string>>
  /** The body of its registration request; or what stands in its document, beside `client_id`. */
  readonly registration: Readonly<Record<string, unknown>>
  /** Where it describes itself, in place of registering. */
  readonly document?: string
  /** Registered by the host instead of by itself. */
  readonly manual?: true
  /** What the answer to its registration has to say, beside repeating the redirect URIs. */
  readonly registered: Readonly<Record<string, unknown>>
  readonly redirectUri: string
  /** Of the authorization request, without `response_type`, `client_id`, `redirect_uri`, `state` and PKCE. */
  readonly authorization: (mcp: string) => Pairs
  /** How it shows who it is at the token endpoint. */
  readonly authentication: 'none' | 'post' | 'basic' | 'basic beside client_id' | 'private_key_jwt'
  /** Of the token request, without `grant_type`, `code`, `code_verifier` and credentials. */
  readonly exchange: (mcp: string, redirectUri: string) => Pairs
  /** What it is granted: by its own choice, or by default. */
  readonly scope: string
  /** Of the refresh, without `grant_type`, `refresh_token` and credentials; null: it never gets a refresh token. */
  readonly refresh: ((mcp: string) => Pairs) | null
  /** How many of the same refresh it sends at once; one unless given. */
  readonly refreshes?: number
  /** The first revision of MCP that it has come with: the first there is, or for documents the first that has them, unless given. */
  readonly since?: RevisionName
  /** From 2025-11-25 on it asks for the scope that the challenge names, as the TypeScript SDK does, in place of its own. */
  readonly asksAsChallenged?: true
}

export const both = ['authorization_code', 'refresh_token']
export const everything = 'project:read project:write'
/** What several of them send as headers. */
export const json = { accept: 'application/json' }
export const httpx = { accept: '*/*', 'accept-encoding': 'gzip, deflate', 'user-agent': 'python-httpx/0.28.1' }
export const mcpJson = { accept: 'application/json', 'mcp-protocol-version': '2025-11-25' }
export const browser = {
  accept: '*/*',
  origin: 'http://localhost:6274',
  referer: 'http://localhost:6274/',
  'sec-fetch-mode': 'cors',
  'sec-fetch-site': 'cross-site',
  'sec-fetch-dest': 'empty',
  'mcp-protocol-version': '2025-11-25',
}

export const asking =
  (scope: string) =>
  (mcp: string): Pairs => [
    ['scope', scope],
    ['resource', mcp],
  ]

/** What most of them do alike. */
export const usual = {
  headers: json,
  registered: { token_endpoint_auth_method: 'none' },
  authorization: asking(everything),
  authentication: 'none',
  exchange: (mcp: string, redirectUri: string): Pairs => [
    ['redirect_uri', redirectUri],
    ['resource', mcp],
  ],
  scope: everything,
  refresh: (mcp: string): Pairs => [['resource', mcp]],
} as const

export const publicApp = { grant_types: both, response_types: ['code'], token_endpoint_auth_method: 'none' } as const
