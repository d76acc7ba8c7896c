/**
 * OAuth as the RFCs have it, in pure functions: nothing here reads a clock, a random source, a network or a database.
 * Exported as `grantor/protocol`.
 *
 * @module
 */
export {
  type AuthorizationRequest,
  type AuthorizationRules,
  type AuthorizationTarget,
  authorizationResponse,
  readAuthorizationRequest,
  readTarget,
  stateOf,
} from './authorization-request.js'
export { encodeBase64url } from './base64url.js'
export { type BearerChallenge, bearerChallenge, type PresentedBearer, readBearer } from './challenge.js'
export { isClientId, type PresentedClient, readClient } from './client-authentication.js'
export { type ClientMetadata, type ClientMetadataPolicy, readClientMetadata } from './client-metadata.js'
export { cleanText } from './client-metadata-members.js'
export { equal } from './constant-time.js'
export { describable, OAuthError, type OAuthErrorCode, type OAuthErrorOptions } from './errors.js'
export { decodeFormComponent, encodeFormComponent } from './form.js'
export { limits } from './limits.js'
export { many, type Parameters, parseForm, refuseRepeats, required, single } from './parameters.js'
export { isCodeChallenge, isCodeVerifier, verifyCodeVerifier } from './pkce.js'
export {
  isLoopback,
  isPrivateUse,
  matchRedirectUri,
  mcpClientRedirects,
  outOfBand,
  type RedirectUriMatch,
  type RedirectUriPolicy,
  redirectHost,
  refuseRedirectUri,
} from './redirect-uri.js'
export { findResource, refuseResource, sameResource, selectResources } from './resource.js'
export {
  type ResourceDescription,
  resourceMetadata,
  resourceMetadataPath,
  resourceMetadataPaths,
  resourceMetadataUrl,
} from './resource-metadata.js'
export {
  covers,
  formatScope,
  type Implications,
  implications,
  intersectScope,
  isScopeName,
  parseScope,
  type Scope,
} from './scope.js'
export {
  type EndpointName,
  refuseIssuer,
  type ServerDescription,
  serverMetadata,
  serverMetadataPaths,
} from './server-metadata.js'
export { hasDotSegments, isLoopbackHost, isSpecialUseHost, parseUri, refuseSecureUri, type UriParts } from './uri.js'
export { formatUserCode, normalizeUserCode, userCodeAlphabet, userCodeFrom } from './user-code.js'
