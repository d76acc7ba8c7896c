/**
 * OAuth as the RFCs have it, in pure functions: nothing here reads a clock, a random source, a network or a database.
 * Exported as `grantor/protocol`.
 *
 * @module
 */
export { detailsOf, type ProjectDetail, projectsIn, readAuthorizationDetails } from './authorization-details.js'
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
export {
  type Assertion,
  type AssertionExpectation,
  type AssertionVerdict,
  assertionType,
  checkAssertion,
  decodeAssertion,
  refuseAssertionType,
} from './client-assertion.js'
export { isClientId, type PresentedClient, readClient } from './client-authentication.js'
export { type ClientDocumentPolicy, readClientDocument } from './client-document.js'
export { type ClientIdUrlPolicy, isClientIdUrl, refuseClientIdUrl } from './client-id-url.js'
export { type PublicKey, readPublicKeys, signingAlgorithms } from './client-keys.js'
export {
  type AuthMethod,
  authMethods,
  type ClientMetadata,
  type ClientMetadataPolicy,
  readClientMetadata,
} from './client-metadata.js'
export { cleanText } from './client-metadata-members.js'
export { equal } from './constant-time.js'
export { describable, OAuthError, type OAuthErrorCode, type OAuthErrorOptions } from './errors.js'
export { decodeFormComponent, encodeFormComponent } from './form.js'
export { type FreshnessBounds, freshFor } from './freshness.js'
export { refuseIssuer } from './issuer.js'
export { limits } from './limits.js'
export { mcpClientRedirects } from './mcp-client-redirects.js'
export {
  resourceMetadataPath,
  resourceMetadataPaths,
  resourceMetadataUrl,
  serverMetadataPaths,
} from './metadata-paths.js'
export { many, type Parameters, parseForm, refuseRepeats, required, single } from './parameters.js'
export { isCodeChallenge, isCodeVerifier, verifyCodeVerifier } from './pkce.js'
export {
  isLoopback,
  isPrivateUse,
  matchRedirectUri,
  outOfBand,
  type RedirectUriMatch,
  type RedirectUriPolicy,
  redirectHost,
  refuseRedirectUri,
} from './redirect-uri.js'
export {
  type FoundResource,
  findResource,
  lookUpResource,
  refuseConfiguredResource,
  refuseResource,
  sameResource,
  selectResources,
} from './resource.js'
export { type ResourceDescription, resourceMetadata } from './resource-metadata.js'
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
export { type EndpointName, type ServerDescription, serverMetadata } from './server-metadata.js'
export { type JsonDocument, readJsonDocument } from './strict-json.js'
export { hasDotSegments, isLoopbackHost, isSpecialUseHost, parseUri, refuseSecureUri, type UriParts } from './uri.js'
export { formatUserCode, normalizeUserCode, userCodeAlphabet, userCodeFrom } from './user-code.js'
