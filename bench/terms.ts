/** What every contestant is set up with, so that all of them do the same work. Lifetimes are in seconds. */

export const scope = 'project:read project:write'

/** One confidential client, whose secret comes in the body: the one method that all of them read. */
export const authMethod = 'client_secret_post'

export const redirectUri = 'https://reporter.example/callback'

export const lifetimes = { authorizationCode: 60, accessToken: 3_600, refreshToken: 30 * 86_400 } as const

/** What a client that registers itself says of itself. */
export const registration = {
  client_name: 'Reporter',
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: authMethod,
} as const

/** People are called `person-<n>`: whoever comes with this cookie is signed in. */
export const sessionCookie = 'user'
