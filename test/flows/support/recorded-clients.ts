import {
  asking,
  both,
  browser,
  everything,
  httpx,
  json,
  mcpJson,
  publicApp,
  type RecordedClient,
  usual,
} from './recorded-client.js'

const claude: RecordedClient = {
  ...usual,
  client: 'Claude, hosted',
  headers: httpx,
  registration: {
    redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
    token_endpoint_auth_method: 'client_secret_post',
    grant_types: both,
    response_types: ['code'],
    client_name: 'Claude',
  },
  registered: { token_endpoint_auth_method: 'client_secret_post', client_name: 'Claude', client_secret_expires_at: 0 },
  redirectUri: 'https://claude.ai/api/mcp/auth_callback',
  authorization: (mcp) => [
    ['scope', everything],
    ['resource', `${mcp}/`],
  ],
  authentication: 'post',
  exchange: (mcp, redirectUri) => [
    ['redirect_uri', redirectUri],
    ['resource', `${mcp}/`],
  ],
  refresh: (mcp) => [['resource', `${mcp}/`]],
  refreshes: 2,
}

const claudeCode: RecordedClient = {
  ...usual,
  client: 'Claude Code, registered',
  headers: { ...json, 'user-agent': 'node' },
  registration: {
    client_name: 'Claude Code (quarry)',
    redirect_uris: ['http://localhost:3118/callback'],
    ...publicApp,
    scope: everything,
  },
  registered: { client_name: 'Claude Code (quarry)', token_endpoint_auth_method: 'none', scope: everything },
  redirectUri: 'http://localhost:60419/callback',
  refresh: () => [],
  asksAsChallenged: true,
}

const cursor: RecordedClient = {
  ...usual,
  client: 'Cursor',
  registration: {
    client_name: 'Cursor',
    redirect_uris: [
      'cursor://anysphere.cursor-mcp/oauth/callback',
      'https://www.cursor.com/agents/mcp/oauth/callback',
      'http://localhost:8787/callback',
    ],
    ...publicApp,
    application_type: 'native',
  },
  registered: { token_endpoint_auth_method: 'none', application_type: 'native', grant_types: both },
  redirectUri: 'cursor://anysphere.cursor-mcp/oauth/callback',
  asksAsChallenged: true,
}

const vsCode: RecordedClient = {
  ...usual,
  client: 'VS Code, on a random port',
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
    scope: everything,
    token_endpoint_auth_method: 'none',
    application_type: 'native',
  },
  registered: {
    grant_types: [...both, 'urn:ietf:params:oauth:grant-type:device_code'],
    response_types: ['code'],
    client_uri: 'https://code.visualstudio.com',
  },
  redirectUri: 'http://127.0.0.1:40211/',
  authorization: (mcp) => [
    // Everything that the documents list.
    ['scope', `${everything} offline_access`],
    ['prompt', 'consent'],
    ['resource', mcp],
  ],
  refresh: (mcp) => [
    ['scope', everything],
    ['resource', mcp],
  ],
}

const chatGpt: RecordedClient = {
  ...usual,
  client: 'ChatGPT, registered',
  headers: httpx,
  registration: {
    client_name: 'ChatGPT',
    redirect_uris: ['https://chatgpt.com/connector/oauth/Qp7wXk2ZtR'],
    ...publicApp,
  },
  redirectUri: 'https://chatgpt.com/connector/oauth/Qp7wXk2ZtR',
  authorization: (mcp) => [
    ['scope', `${everything} offline_access`],
    ['resource', mcp],
    ['ui_locales', 'de-DE'],
  ],
  since: '2025-06-18',
}

const codex: RecordedClient = {
  ...usual,
  client: 'Codex, which names the resource twice',
  registration: {
    client_name: 'Codex',
    redirect_uris: ['http://127.0.0.1:49152/callback/mJ3vQ-8d_kXw'],
    ...publicApp,
  },
  redirectUri: 'http://127.0.0.1:53821/callback/mJ3vQ-8d_kXw',
  authorization: (mcp) => [
    ['scope', 'openid profile email offline_access'],
    ['resource', mcp],
    ['resource', `${mcp}/`],
  ],
  exchange: (mcp, redirectUri) => [
    ['redirect_uri', redirectUri],
    ['resource', mcp],
    ['resource', mcp],
  ],
  refresh: () => [],
  since: '2025-06-18',
}

const gemini: RecordedClient = {
  ...usual,
  client: 'Gemini CLI',
  registration: {
    client_name: 'Gemini CLI MCP Client',
    redirect_uris: ['http://localhost:7777/oauth/callback'],
    ...publicApp,
    scope: '',
  },
  redirectUri: 'http://localhost:52011/oauth/callback',
  authorization: (mcp) => [
    ['scope', everything],
    ['audience', mcp],
    ['resource', mcp],
  ],
  exchange: (mcp, redirectUri) => [
    ['redirect_uri', redirectUri],
    ['audience', mcp],
    ['resource', mcp],
  ],
  refresh: (mcp) => [
    ['scope', everything],
    ['audience', mcp],
    ['resource', mcp],
  ],
}

const inspector: RecordedClient = {
  ...usual,
  client: 'Inspector, in a browser',
  headers: browser,
  registration: {
    client_name: 'MCP Inspector',
    client_uri: 'https://github.com/modelcontextprotocol/inspector',
    redirect_uris: ['http://localhost:6274/oauth/callback', 'http://localhost:6274/oauth/callback/debug'],
    ...publicApp,
    application_type: 'native',
    scope: 'project:read',
  },
  registered: { scope: 'project:read', application_type: 'native' },
  redirectUri: 'http://localhost:6274/oauth/callback/debug',
  authorization: asking('project:read'),
  scope: 'project:read',
}

const mcpRemote: RecordedClient = {
  ...usual,
  client: 'mcp-remote, on another port than it registered',
  registration: {
    client_name: 'MCP CLI Proxy',
    client_uri: 'https://github.com/modelcontextprotocol/mcp-cli',
    redirect_uris: ['http://localhost:3334/oauth/callback'],
    ...publicApp,
    software_id: '2e6dc280-f3c3-4e01-99a7-8181dbd1d23d',
    software_version: '0.1.37',
  },
  registered: { software_version: '0.1.37' },
  redirectUri: 'http://localhost:51511/oauth/callback',
  authorization: (mcp) => [
    ['scope', 'openid email profile'],
    ['resource', mcp],
  ],
}

const typescriptSdk: RecordedClient = {
  ...usual,
  client: 'an app on the TypeScript SDK, with Basic that is not form-encoded',
  headers: mcpJson,
  registration: {
    client_name: 'An agent (with a secret)',
    redirect_uris: ['http://localhost:8090/callback'],
    grant_types: both,
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
    scope: everything,
  },
  registered: { token_endpoint_auth_method: 'client_secret_basic', client_secret_expires_at: 0 },
  redirectUri: 'http://localhost:8090/callback',
  authentication: 'basic',
  asksAsChallenged: true,
}

const pythonSdk: RecordedClient = {
  ...usual,
  client: 'an app on the Python SDK, with client_id beside Basic',
  headers: { ...httpx, 'mcp-protocol-version': '2025-11-25' },
  registration: {
    client_name: 'Python agent',
    redirect_uris: ['http://localhost:3030/callback'],
    grant_types: both,
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
    scope: 'project:read',
  },
  registered: { token_endpoint_auth_method: 'client_secret_basic' },
  redirectUri: 'http://localhost:3030/callback',
  authorization: asking('project:read'),
  authentication: 'basic beside client_id',
  scope: 'project:read',
}

const copilotStudio: RecordedClient = {
  ...usual,
  client: 'Copilot Studio, registered by the host',
  manual: true,
  registration: {
    client_name: 'Copilot Studio',
    redirect_uris: ['https://global.consent.azure-apim.net/redirect/quarry-5f8a1c-5f2d'],
    grant_types: both,
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
  },
  registered: { token_endpoint_auth_method: 'client_secret_basic' },
  redirectUri: 'https://global.consent.azure-apim.net/redirect/quarry-5f8a1c-5f2d',
  authentication: 'basic',
  exchange: (_, redirectUri) => [['redirect_uri', redirectUri]],
  refresh: () => [['scope', everything]],
}

const copilotCli: RecordedClient = {
  ...usual,
  client: 'GitHub Copilot CLI, which asks for no refresh token',
  registration: {
    client_name: 'GitHub Copilot CLI',
    redirect_uris: ['http://127.0.0.1:41999/'],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  },
  registered: { grant_types: ['authorization_code'] },
  redirectUri: 'http://127.0.0.1:42000',
  authorization: (mcp) => [['resource', mcp]],
  refresh: null,
  since: '2025-06-18',
}

const grok: RecordedClient = {
  ...usual,
  client: 'Grok, with a redirect URI that ends in a slash',
  registration: {
    client_name: 'Grok',
    redirect_uris: [
      'https://grok.com/connectors-oauth-exchange-code/',
      'https://console.x.ai/connectors-oauth-exchange-code/',
    ],
    ...publicApp,
  },
  redirectUri: 'https://grok.com/connectors-oauth-exchange-code/',
  since: '2025-06-18',
}

export const recordedClients: readonly RecordedClient[] = [
  claude,
  claudeCode,
  cursor,
  vsCode,
  { ...vsCode, client: 'VS Code, without the slash at the end', redirectUri: 'http://127.0.0.1:40211' },
  chatGpt,
  codex,
  gemini,
  inspector,
  mcpRemote,
  typescriptSdk,
  pythonSdk,
  copilotStudio,
  copilotCli,
  grok,
]

/** What Codex sends in versions that know nothing of resources. */
export const codexWithoutResource: RecordedClient = {
  ...codex,
  client: 'Codex, which names no resource',
  authorization: () => [['scope', 'openid profile email offline_access']],
  exchange: (_, redirectUri) => [['redirect_uri', redirectUri]],
  since: '2025-03-26',
}
