import { refuseIssuer, serverMetadata, serverMetadataPaths } from 'grantor/protocol'
import { describe, expect, it } from 'vitest'

describe('refuseIssuer', () => {
  it.each([
    'https://as.example',
    'https://as.example/',
    'https://as.example/t1',
    'http://localhost:3000',
    'http://127.0.0.1:1',
    'http://[::1]:3000',
  ])('ISS-01 ISS-03 accepts %s', (issuer) => {
    expect(refuseIssuer(issuer)).toBeNull()
  })

  it.each([
    'as.example',
    '/t1',
    '',
    'http://as.example',
    'http://127.0.0.1.evil.com',
    'https://as.example?x=1',
    'https://as.example/?',
    'https://as.example#',
    'https://as.example/#x',
    'https://u:p@as.example',
    'https://as.example/a/../b',
    'https://as.example/./',
    'https://as.example/%2e%2e',
    'https://as example',
    'https://as.example\\x',
    'https://bücher.example',
    'https://*.example',
    'ftp://as.example',
  ])('ISS-01 refuses %j', (issuer) => {
    expect(refuseIssuer(issuer)).toBeTypeOf('string')
  })
})

describe('serverMetadataPaths', () => {
  it.each(['https://as.example', 'https://as.example/', 'http://localhost:3000'])(
    'TV-6 WK-01 WK-03 %s has its documents at the root',
    (issuer) => {
      expect(serverMetadataPaths(issuer)).toEqual([
        '/.well-known/oauth-authorization-server',
        '/.well-known/openid-configuration',
      ])
    },
  )

  it.each(['https://as.example/t1', 'https://as.example/t1/'])(
    'TV-6 TV-6b WK-02 WK-04 WK-05 WK-06 %s has them around its path, and none at the root',
    (issuer) => {
      expect(serverMetadataPaths(issuer)).toEqual([
        '/.well-known/oauth-authorization-server/t1',
        '/.well-known/openid-configuration/t1',
        '/t1/.well-known/oauth-authorization-server',
        '/t1/.well-known/openid-configuration',
      ])
    },
  )
})

const server = {
  issuer: 'https://as.example',
  endpoints: {
    authorization: 'https://as.example/authorize',
    token: 'https://as.example/token',
    registration: 'https://as.example/register',
    jwks: 'https://as.example/jwks',
  },
  grantTypes: ['authorization_code', 'refresh_token'],
  authMethods: ['none', 'client_secret_basic', 'client_secret_post'],
  scopes: ['files:read', 'files:write', 'offline_access'],
}

describe('serverMetadata', () => {
  it('is the document of the MCP profile', () => {
    const authMethods = [...server.authMethods, 'private_key_jwt']
    const signingAlgorithms = ['RS256', 'ES256', 'EdDSA']
    const extra = { client_id_metadata_document_supported: true }
    expect(serverMetadata({ ...server, authMethods, signingAlgorithms, extra })).toEqual({
      issuer: 'https://as.example',
      authorization_endpoint: 'https://as.example/authorize',
      token_endpoint: 'https://as.example/token',
      registration_endpoint: 'https://as.example/register',
      jwks_uri: 'https://as.example/jwks',
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['RS256', 'ES256', 'EdDSA'],
      code_challenge_methods_supported: ['S256'],
      scopes_supported: ['files:read', 'files:write', 'offline_access'],
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
      request_uri_parameter_supported: false,
    })
  })

  it.each(['https://as.example', 'https://as.example/', 'https://as.example/t1/'])(
    'MD-01 ISS-03 keeps %s as it is',
    (issuer) => {
      expect(serverMetadata({ ...server, issuer }).issuer).toBe(issuer)
    },
  )

  it('MD-04 MD-05 MD-06 MD-07 MD-08 MD-11 MD-18 says what its absence would deny', () => {
    const metadata = serverMetadata(server)
    expect(metadata).toMatchObject({
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: server.grantTypes,
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: server.authMethods,
      authorization_response_iss_parameter_supported: true,
      request_uri_parameter_supported: false,
    })
  })

  it('MD-10 lists methods beside the endpoints that exist, and never none for introspection', () => {
    const endpoints = {
      ...server.endpoints,
      revocation: 'https://as.example/revoke',
      introspection: 'https://as.example/introspect',
    }
    expect(serverMetadata({ ...server, endpoints })).toMatchObject({
      revocation_endpoint: 'https://as.example/revoke',
      revocation_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
      introspection_endpoint: 'https://as.example/introspect',
      introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    })
    expect(Object.keys(serverMetadata(server)).filter((name) => /^(revocation|introspection)/.test(name))).toEqual([])
  })

  it('MD-13 MD-16 MD-17 names the endpoints as their RFCs do', () => {
    const endpoints = {
      device_authorization: 'https://as.example/d',
      pushed_authorization_request: 'https://as.example/p',
    }
    const metadata = serverMetadata({ ...server, endpoints })
    expect(metadata).toMatchObject({
      device_authorization_endpoint: 'https://as.example/d',
      pushed_authorization_request_endpoint: 'https://as.example/p',
    })
    expect(metadata).not.toHaveProperty('registration_endpoint')
  })

  it('WK-14 leaves out what is empty', () => {
    const metadata = serverMetadata({
      ...server,
      scopes: [],
      extra: { acr_values_supported: [], op_tos_uri: undefined },
    })
    expect(Object.keys(metadata)).not.toEqual(expect.arrayContaining(['scopes_supported']))
    expect(metadata).not.toHaveProperty('acr_values_supported')
    expect(metadata).not.toHaveProperty('op_tos_uri')
  })

  it('MD-09 MD-10 names signing algorithms for each endpoint that is there', () => {
    const { endpoints } = server
    const revocation = 'https://as.example/revoke'
    const document = serverMetadata({
      ...server,
      endpoints: { ...endpoints, revocation },
      signingAlgorithms: ['ES256'],
    })
    expect(document.revocation_endpoint_auth_signing_alg_values_supported).toEqual(['ES256'])
    expect(document).not.toHaveProperty('introspection_endpoint_auth_signing_alg_values_supported')
    expect(serverMetadata(server)).not.toHaveProperty('token_endpoint_auth_signing_alg_values_supported')
  })
})
