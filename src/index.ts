/**
 * The core: `createProvider`, the records and the storage contract.
 *
 * @module grantor
 */
export type { Access } from './access.js'
export type { Lifetimes, Retention } from './context.js'
export type { ListedGrant } from './grants/manage.js'
export type { Narrowing } from './grants/narrow.js'
export type { Audit, Clients, Grants, HeadlessApproval, Interactions, UsageReader } from './headless.js'
export type { Awaitable, Entitlements, Project, ProjectChoice, Projects, Refusal, Session } from './hooks.js'
export type { Guard, GuardOptions, GuardResult } from './http/guard.js'
export { BodyTooLarge, type HttpRequest, type HttpResponse, splitUrl, toResponse } from './http/message.js'
export type { Approval, Decided } from './interactions/decide.js'
export {
  defaultLifetimes,
  defaultRetention,
  type ProviderOptions,
  type ResourceDefinition,
  type ScopeDefinition,
} from './options.js'
export type { ClientPolicy } from './policy/client.js'
export { OAuthError, type OAuthErrorCode } from './protocol/errors.js'
export { limits } from './protocol/limits.js'
export { createProvider, type Provider } from './provider.js'
export * from './records.js'
export * from './storage.js'
export type * from './views.js'
