import type {
  OAuthAuthCode,
  OAuthAuthCodeRepository,
  OAuthClient,
  OAuthClientRepository,
  OAuthScopeRepository,
  OAuthToken,
  OAuthTokenRepository,
  OAuthUserRepository,
} from '@jmondi/oauth2-server'
import { DateInterval, generateRandomToken, OAuthException } from '@jmondi/oauth2-server'
import { lifetimes, redirectUri, scope } from '../../terms.js'

const offered = scope.split(' ').map((name) => ({ name }))
const afterwards = (seconds: number) => new DateInterval(`${seconds}s`).getEndDate()
const past = new Date(0)

function foundIn<T>(records: ReadonlyMap<string, T>, id: string, name: string): T {
  const record = records.get(id)
  if (record === undefined) throw OAuthException.invalidParameter(name)
  return record
}

/** What its documentation asks of the repositories, over maps. */
export function mapRepositories(client: { readonly client_id: string; readonly client_secret: string }) {
  const registered: OAuthClient = {
    id: client.client_id,
    name: 'Reporter',
    secret: client.client_secret,
    redirectUris: [redirectUri],
    allowedGrants: ['authorization_code', 'refresh_token', 'client_credentials'],
    scopes: offered,
  }
  const known = new Map([[registered.id, registered]])
  const codes = new Map<string, OAuthAuthCode>()
  const accessTokens = new Map<string, OAuthToken>()
  const refreshTokens = new Map<string, OAuthToken>()
  const byCode = new Map<string, OAuthToken[]>()

  const clients: OAuthClientRepository = {
    getByIdentifier: async (id) => foundIn(known, id, 'client_id'),
    async isClientValid(grantType, { secret, allowedGrants }, presented) {
      return (!secret || secret === presented) && allowedGrants.includes(grantType)
    },
  }

  const scopes: OAuthScopeRepository = {
    getAllByIdentifiers: async (names) => offered.filter(({ name }) => names.includes(name)),
    finalize: async (asked) => asked,
  }

  const users: OAuthUserRepository = { getUserByCredentials: async (id) => ({ id }) }

  const authCodes: OAuthAuthCodeRepository = {
    getByIdentifier: async (code) => foundIn(codes, code, 'code'),
    issueAuthCode: (of, user, granted) => ({
      code: generateRandomToken(),
      user: user ?? null,
      client: of,
      redirectUri: '',
      codeChallenge: null,
      codeChallengeMethod: null,
      expiresAt: afterwards(lifetimes.authorizationCode),
      scopes: granted,
    }),
    async persist(code) {
      codes.set(code.code, code)
    },
    isRevoked: async (code) => foundIn(codes, code, 'code').expiresAt <= new Date(),
    async revoke(code) {
      foundIn(codes, code, 'code').expiresAt = past
    },
  }

  const revoke = (token: OAuthToken) => {
    token.accessTokenExpiresAt = past
    token.refreshTokenExpiresAt = past
  }

  const tokens: OAuthTokenRepository = {
    issueToken: async (of, granted, user) => ({
      accessToken: generateRandomToken(),
      accessTokenExpiresAt: afterwards(lifetimes.accessToken),
      refreshToken: null,
      refreshTokenExpiresAt: null,
      client: of,
      user: user ?? null,
      scopes: granted,
    }),
    async issueRefreshToken(token) {
      token.refreshToken = generateRandomToken()
      token.refreshTokenExpiresAt = afterwards(lifetimes.refreshToken)
      refreshTokens.set(token.refreshToken, token)
      return token
    },
    async persist(token) {
      accessTokens.set(token.accessToken, token)
      const code = token.originatingAuthCodeId
      if (code === undefined) return
      const descendants = byCode.get(code)
      if (descendants === undefined) byCode.set(code, [token])
      else descendants.push(token)
    },
    revoke: async (token) => revoke(token),
    async revokeDescendantsOf(code) {
      for (const token of byCode.get(code) ?? []) revoke(token)
    },
    async isRefreshTokenRevoked({ refreshTokenExpiresAt }) {
      return refreshTokenExpiresAt == null || refreshTokenExpiresAt <= new Date()
    },
    getByRefreshToken: async (token) => foundIn(refreshTokens, token, 'refresh_token'),
    getByAccessToken: async (token) => foundIn(accessTokens, token, 'access_token'),
  }

  return { clients, scopes, users, authCodes, tokens }
}
