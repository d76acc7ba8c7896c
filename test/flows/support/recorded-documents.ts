import { newSigner, type Signer } from '../../support/signer.js'
import { type FakeWeb, fakeWeb } from '../../support/web.js'
import { asking, both, everything, httpx, json, type RecordedClient, usual } from './recorded-client.js'

/** Clients that describe themselves, as their documents were in 2026. */

const claude: RecordedClient = {
  ...usual,
  client: 'Claude, hosted, by its document',
  headers: httpx,
  document: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
  registration: {
    client_name: 'Claude',
    client_uri: 'https://claude.ai',
    redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
    grant_types: both,
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  },
  redirectUri: 'https://claude.ai/api/mcp/auth_callback',
  refreshes: 2,
}

const claudeCode: RecordedClient = {
  ...usual,
  client: 'Claude Code, by a document without ports',
  headers: { ...json, 'user-agent': 'node' },
  document: 'https://claude.ai/oauth/claude-code-client-metadata',
  registration: {
    client_name: 'Claude Code',
    client_uri: 'https://claude.ai',
    redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
    grant_types: both,
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  },
  redirectUri: 'http://localhost:53124/callback',
  refresh: () => [],
  asksAsChallenged: true,
}

const vsCode: RecordedClient = {
  ...usual,
  client: 'VS Code, by a document without a logo',
  document: 'https://vscode.dev/oauth/client-metadata.json',
  registration: {
    client_name: 'Visual Studio Code',
    client_uri: 'https://code.visualstudio.com',
    grant_types: [...both, 'urn:ietf:params:oauth:grant-type:device_code'],
    response_types: ['code'],
    redirect_uris: [
      'https://insiders.vscode.dev/redirect',
      'https://vscode.dev/redirect',
      'http://127.0.0.1/',
      'http://127.0.0.1:33418/',
    ],
    token_endpoint_auth_method: 'none',
    application_type: 'native',
  },
  redirectUri: 'http://127.0.0.1:40211/',
}

const keys = 'https://chatgpt.com/oauth/jwks.json'

const chatGpt: RecordedClient = {
  ...usual,
  client: 'ChatGPT, which signs, by a document that leaves it the choice',
  headers: httpx,
  document: 'https://chatgpt.com/oauth/client.json',
  registration: {
    client_uri: 'https://chatgpt.com/',
    redirect_uris: ['https://chatgpt.com/connector_platform_oauth_redirect'],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
    grant_types: both,
    response_types: ['code'],
    client_name: 'ChatGPT',
    logo_uri: 'https://persistent.oaistatic.com/sonic/misc/openai-logo.png',
    token_endpoint_auth_signing_alg: 'RS256',
    jwks_uri: keys,
  },
  redirectUri: 'https://chatgpt.com/connector_platform_oauth_redirect',
  authorization: (mcp) => [
    ['scope', `${everything} offline_access`],
    ['resource', mcp],
    ['ui_locales', 'de-DE'],
  ],
  authentication: 'private_key_jwt',
}

const chatGptConnector: RecordedClient = {
  ...chatGpt,
  client: 'ChatGPT, which signs, by a document of one connector',
  document: 'https://chatgpt.com/oauth/kDmjx77UnKOM/client.json',
  registration: {
    client_uri: 'https://chatgpt.com/',
    redirect_uris: ['https://chatgpt.com/connector/oauth/kDmjx77UnKOM'],
    grant_types: both,
    response_types: ['code'],
    client_name: 'ChatGPT',
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'RS256',
    jwks_uri: keys,
  },
  redirectUri: 'https://chatgpt.com/connector/oauth/kDmjx77UnKOM',
}

/** The end of its URLs is base64url of the first nine bytes of SHA-256 of the server's URL. */
const codex: RecordedClient = {
  ...usual,
  client: 'Codex, by a document for one server, which names the resource twice',
  document: 'https://chatgpt.com/oauth/codex/epMNJ6P1xGQ9/client.json',
  registration: {
    client_name: 'Codex',
    client_uri: 'https://openai.com/codex/',
    redirect_uris: ['http://127.0.0.1/callback/epMNJ6P1xGQ9', 'http://localhost/callback/epMNJ6P1xGQ9'],
    grant_types: both,
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    token_endpoint_auth_methods_supported: ['none'],
  },
  redirectUri: 'http://127.0.0.1:53821/callback/epMNJ6P1xGQ9',
  authorization: (mcp) => [
    ['scope', 'openid profile email offline_access'],
    ['resource', mcp],
    ['resource', mcp],
  ],
  refresh: () => [],
}

const grok: RecordedClient = {
  ...usual,
  client: 'Grok, by a document whose redirect URIs end in a slash',
  document: 'https://grok.com/oauth/mcp-client.json',
  registration: {
    client_name: 'Grok',
    redirect_uris: [
      'https://grok.com/connectors-oauth-exchange-code/',
      'https://console.x.ai/connectors-oauth-exchange-code/',
    ],
    token_endpoint_auth_method: 'none',
  },
  redirectUri: 'https://grok.com/connectors-oauth-exchange-code/',
  authorization: asking(everything),
}

export const recordedDocuments: readonly RecordedClient[] = [
  claude,
  claudeCode,
  {
    ...claudeCode,
    client: 'Claude Code, by its document, at 127.0.0.1',
    redirectUri: 'http://127.0.0.1:3118/callback',
  },
  vsCode,
  chatGpt,
  { ...chatGpt, client: 'ChatGPT, which falls back to no key', authentication: 'none' },
  chatGptConnector,
  codex,
  grok,
]

/** The web with all of these documents, and the key that one of them signs with. */
export async function recordedWeb(): Promise<{ readonly web: FakeWeb; readonly signer: Signer }> {
  const web = fakeWeb()
  const signer = await newSigner('RS256', { kid: 'cimd-20260428030119', now: () => Date.now() / 1000 })
  web.publish(keys, signer.jwks)
  for (const { document, registration } of recordedDocuments)
    if (document !== undefined) web.publish(document, { client_id: document, ...registration })
  return { web, signer }
}
