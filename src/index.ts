/**
 * The core: `createProvider`, the records and the storage contract.
 *
 * @module grantor
 */

export type { Access } from './access.js'
export type { Audit, AuditFilter, AuditFormat, ListedEvent } from './audit/log.js'
export {
  type AuditEventOf,
  type EventData,
  type EventType,
  eventTypes,
  isKnownEvent,
  type KnownEvent,
} from './audit.js'
export type { By } from './clients/change.js'
export type { ClientChanges } from './clients/edit.js'
export type { InitialAccess } from './clients/initial-access-tokens.js'
export type { Registrar } from './clients/register.js'
export type { Lifetimes, Retention } from './context.js'
export type { DocumentFetcher, DocumentRequest, DocumentResponse } from './documents/fetcher.js'
export type { DeviceStep } from './endpoints/device.js'
export type { ListedGrant } from './grants/manage.js'
export type { Narrowing } from './grants/narrow.js'
export type { Clients, ClientWithSecret } from './headless/clients.js'
export type { Devices, ReadDevice } from './headless/device.js'
export type { Grants, HeadlessApproval, Interactions } from './headless.js'
export type {
  Awaitable,
  Claim,
  Entitlements,
  LoginHints,
  Project,
  ProjectChoice,
  Projects,
  Refusal,
  Session,
} from './hooks.js'
export type { GuardOptions } from './http/guard-options.js'
export type { Guard, GuardResult } from './http/guarding.js'
export { BodyTooLarge, type HttpRequest, type HttpResponse, splitUrl, toResponse } from './http/message.js'
export type { Answered } from './interactions/answer.js'
export type { Approval } from './interactions/approval.js'
export type { Decided } from './interactions/decide.js'
export type { DeviceDecided } from './interactions/device.js'
export type { Look } from './interactions/projects.js'
export type { AdminOptions } from './options/admin.js'
export type { DeviceFlowOptions } from './options/device.js'
export type {
  DynamicRegistrationOptions,
  MetadataDocumentOptions,
  RegistrationOptions,
  UserRegistrationOptions,
} from './options/registration.js'
export type { ResourceDefinition } from './options/resources.js'
export type { ScopeDefinition } from './options/scopes.js'
export {
  defaultLifetimes,
  defaultRetention,
  type ProviderOptions,
} from './options.js'
export type { ClientPolicy } from './policy/client.js'
export { OAuthError, type OAuthErrorCode } from './protocol/errors.js'
export { limits } from './protocol/limits.js'
export { createProvider, type Provider } from './provider.js'
export * from './records.js'
export type { DefaultAuthMethod, DynamicCandidate, DynamicTerms, OwnRegistration } from './registration.js'
export * from './storage.js'
export type { TelemetryOptions } from './telemetry/api.js'
export { type Count, type Counter, countingThrottle, type ThrottleOptions } from './throttle/counting.js'
export { memoryCounter, memoryThrottle } from './throttle/memory.js'
export { type Limit, type Limits, type Throttle, type Throttled, throttleLimits } from './throttle.js'
export type { UsageReader } from './usage.js'
export type * from './views.js'
