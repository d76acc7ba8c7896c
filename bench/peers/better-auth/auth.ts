import { oauthProvider } from '@better-auth/oauth-provider'
import { betterAuth } from 'better-auth'
import { jwt } from 'better-auth/plugins'
import type { Pool } from 'pg'
import { lifetimes, scope } from '../../terms.js'
import { mapAdapter } from './adapter.js'
import { consentPage, resource } from './steps.js'

export const administrator = 'administrator'

export interface Made {
  readonly origin: string
  readonly secret: string
  /** Null: in memory. */
  readonly pool: Pool | null
  /** Whether access tokens are JWTs, for whoever asks for a token for {@link resource}. */
  readonly signed: boolean
}

/** Better Auth as an OAuth provider: what is not said here is as it comes, but for logs and rate limits. */
export const makeAuth = ({ origin, secret, pool, signed }: Made) =>
  betterAuth({
    baseURL: origin,
    secret,
    database: pool ?? mapAdapter(),
    logger: { disabled: true },
    rateLimit: { enabled: false },
    plugins: [
      ...(signed ? [jwt({ jwks: { keyPairConfig: { alg: 'ES256' } } })] : []),
      oauthProvider({
        loginPage: '/login',
        consentPage,
        disableJwtPlugin: !signed,
        ...(signed && { resources: [resource], enforcePerClientResources: false }),
        scopes: [...scope.split(' '), 'offline_access'],
        grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
        codeExpiresIn: lifetimes.authorizationCode,
        accessTokenExpiresIn: lifetimes.accessToken,
        m2mAccessTokenExpiresIn: lifetimes.accessToken,
        refreshTokenExpiresIn: lifetimes.refreshToken,
        allowDynamicClientRegistration: true,
        allowUnauthenticatedClientRegistration: true,
        clientPrivileges: ({ user }) => user?.id === administrator,
      }),
    ],
  })

export type Auth = ReturnType<typeof makeAuth>
