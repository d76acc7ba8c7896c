/** Private-use redirect URIs of well-known MCP clients, for `privateUseSchemes`. */
export const mcpClientRedirects: readonly string[] = [
  'cursor://anysphere.cursor-mcp/oauth/callback',
  'claude://claude.ai/mcp-auth-callback/sdk',
]
