import type { ProjectDetail } from './authorization-details.js'

/** What a resource server is told of a token (RFC 7662 section 2.2). Members that are not of the RFC say so. */
export type Introspection =
  | { readonly active: false }
  | {
      readonly active: true
      /** Left out: nothing is left of it. */
      readonly scope?: string
      readonly client_id: string
      readonly token_type: 'Bearer'
      readonly iss: string
      /** The caller's own resources that the token is for. */
      readonly aud: readonly string[]
      /** The client's id where it acts for itself. */
      readonly sub: string
      /** Ours: tells a client that acts for itself from a person whose id looks like its own. */
      readonly sub_type: 'user' | 'client'
      readonly iat: number
      readonly nbf: number
      readonly exp: number
      readonly jti: string
      /** How and when the person had signed in (RFC 9470 section 6.2). Left out: nobody knows. */
      readonly auth_time?: number
      readonly acr?: string
      /** As FAPI Grant Management has it. */
      readonly grant_id: string
      /** Ours. */
      readonly account_id?: string
      /** RFC 9396 section 9.2. Left out for a grant on all projects, which names none. */
      readonly authorization_details?: readonly ProjectDetail[]
      /** Ours. */
      readonly projects: readonly string[] | 'all'
      /** Ours: the scope of each project in which it is less, and of the one that was asked about. */
      readonly project_scope: Readonly<Record<string, string>>
    }
