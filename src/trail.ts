import type { OAuthError } from './protocol/errors.js'
import type { Client } from './records.js'

/** What becomes known of a request while it is answered, for whoever has to tell of it afterwards. */
export interface Trail {
  /** As it is in the table of routes: what was sent may hold anything. */
  readonly path: string
  /** The client that the request names, once it was found. */
  client: Client | null
  /** How it set out to prove who it is; null where nothing has to be proved. */
  method: string | null
  /** The request has left an event of its own. */
  audited: boolean
  refusal: OAuthError | null
}

export const newTrail = (path: string): Trail => ({ path, client: null, method: null, audited: false, refusal: null })

/** What leaves a trail: null where the host's own code calls. */
interface Traced {
  readonly trail: Trail | null
}

export function leaveClient({ trail }: Traced, client: Client, method: string | null = null): void {
  if (!trail) return
  trail.client = client
  trail.method = method
}

export function leaveAudited({ trail }: Traced): void {
  if (trail) trail.audited = true
}
