import type OAuth2Server from '@node-oauth/oauth2-server'
import { redirectUri, scope } from '../../terms.js'

type Model = OAuth2Server.AuthorizationCodeModel & OAuth2Server.RefreshTokenModel & OAuth2Server.ClientCredentialsModel

const offered = scope.split(' ')

/** What its documentation asks of a model, over maps. */
export function mapModel(client: { readonly client_id: string; readonly client_secret: string }): Model {
  const codes = new Map<string, OAuth2Server.AuthorizationCode>()
  const accessTokens = new Map<string, OAuth2Server.Token>()
  const refreshTokens = new Map<string, OAuth2Server.RefreshToken>()
  const clients = new Map([
    [
      client.client_id,
      {
        id: client.client_id,
        name: 'Reporter',
        secret: client.client_secret,
        redirectUris: [redirectUri],
        grants: ['authorization_code', 'refresh_token', 'client_credentials'],
      },
    ],
  ])
  return {
    /** The secret is null where the client is only named: at the authorization endpoint. */
    async getClient(id: string, secret: string | null) {
      const found = clients.get(id)
      return found !== undefined && (secret === null || secret === found.secret) ? found : null
    },
    getUserFromClient: async ({ id }) => ({ id }),
    async validateScope(_user, _client, asked = []) {
      return asked.every((one) => offered.includes(one)) ? asked : false
    },
    async saveAuthorizationCode(code, of, user) {
      const saved = { ...code, client: of, user }
      codes.set(code.authorizationCode, saved)
      return saved
    },
    getAuthorizationCode: async (code) => codes.get(code),
    revokeAuthorizationCode: async ({ authorizationCode }) => codes.delete(authorizationCode),
    async saveToken(token, of, user) {
      const saved = { ...token, client: of, user }
      accessTokens.set(token.accessToken, saved)
      if (token.refreshToken !== undefined) {
        refreshTokens.set(token.refreshToken, { ...saved, refreshToken: token.refreshToken })
      }
      return saved
    },
    getRefreshToken: async (token) => refreshTokens.get(token),
    revokeToken: async ({ refreshToken }) => refreshTokens.delete(refreshToken),
    getAccessToken: async (token) => accessTokens.get(token),
    async verifyScope(token, needed) {
      return needed.every((one) => token.scope?.includes(one) === true)
    },
  }
}
