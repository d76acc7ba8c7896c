/**
 * The guard of an API or an MCP server that is away from its provider.
 *
 * @module grantor/resource
 */
export type { CacheOptions } from '../remote/cache.js'
export { type RemoteGuard, type RemoteGuardOptions, remoteGuard } from '../remote/remote-guard.js'
