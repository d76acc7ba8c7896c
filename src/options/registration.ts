import * as z from 'zod/mini'
import type { DocumentFetcher } from '../documents/fetcher.js'
import type { Awaitable } from '../hooks.js'
import { limits } from '../protocol/limits.js'
import { mcpClientRedirects } from '../protocol/mcp-client-redirects.js'
import type {
  DefaultAuthMethod,
  DynamicCandidate,
  DynamicRules,
  DynamicTerms,
  MetadataDocumentRules,
  OwnRegistration,
  RegistrationRules,
  StatementKeys,
} from '../registration.js'

/** How programs may register themselves. Durations are in seconds. */
export interface DynamicRegistrationOptions<ScopeName extends string> {
  /** Whether a token of {@link Clients.issueInitialAccessToken} is needed. Left out: anybody may register. */
  readonly initialAccessToken?: 'required' | 'optional'
  /** Statements about software that are believed (RFC 7591 section 2.3). Left out: none is read. */
  readonly softwareStatements?: {
    /** The keys of each issuer, by its name. */
    readonly issuers: Readonly<Record<string, StatementKeys>>
    /** Nothing is registered without one. */
    readonly required?: boolean
  }
  /** May this client register, and how far may it go? Anything but an object refuses; what the object names narrows. */
  readonly policy?: (
    candidate: DynamicCandidate,
  ) => Awaitable<DynamicTerms<NoInfer<ScopeName>> | false | null | undefined>
  /** About how many clients may be there that nobody has ever used. */
  readonly mostUnused?: number
  /**
   * The same public client, registered again from the same address within so many seconds, is the same client: some programs register
   * twice, and some whenever somebody signs in. Two who share an address share it then, so that neither can manage it. Left out: never.
   */
  readonly reuseWithin?: number
  /** May clients read, change and delete their own registration (RFC 7592)? */
  readonly management?: boolean
  /**
   * For a client that does not say how it proves who it is: public when all of its redirect URIs are on the person's own machine
   * and else with a secret, or always the one that is named.
   */
  readonly defaultAuthMethod?: DefaultAuthMethod
  /** A client is never granted more than the `scope` it registered. Left out: that is a hint, as many clients use it. */
  readonly strictRegisteredScope?: boolean
}

/** How people may register clients of their own. */
export interface UserRegistrationOptions<ScopeName extends string> {
  /** How many each. Left out: any number. */
  readonly most?: number
  /** The most such a client can ever be granted. Left out: whatever people grant it. */
  readonly scope?: readonly NoInfer<ScopeName>[]
  /** May this person register or change this client? Left out: yes. */
  readonly allow?: (own: OwnRegistration) => Awaitable<boolean>
}

/** Which clients may be known by the URL of a document in which they describe themselves. */
export interface MetadataDocumentOptions {
  /**
   * Fetches these documents, and the keys of clients that sign. On Node `documentFetcher()` of `grantor/node`; where an address cannot
   * be pinned, one of your own that cannot reach what only this server can reach.
   */
  readonly fetch: DocumentFetcher
  /** May this client come in? Asked before anything is fetched. Left out: any may. */
  readonly allow?: (clientId: string) => Awaitable<boolean>
  /** `'own'`: answers go to the origin that the document is on, or to loopback. Left out: wherever the document says. */
  readonly redirects?: 'any' | 'own'
  /** Fetch nothing for somebody who is not signed in. Left out: fetch it, so that nobody signs in for an app that does not work. */
  readonly afterLogin?: boolean
  /** Accept URLs with a query, and those without a path, which the draft advises against. */
  readonly query?: boolean
  readonly root?: boolean
  /** How large a document may be: 5 KiB, unless given, and at most 64. */
  readonly maxBytes?: number
}

export interface RegistrationOptions<ScopeName extends string> {
  /** May clients register themselves (RFC 7591)? Left out: yes. */
  readonly dynamic?: boolean | DynamicRegistrationOptions<ScopeName>
  /** May people register clients of their own? Left out: no. */
  readonly byUsers?: false | UserRegistrationOptions<ScopeName>
  /** May clients be known by a URL where they describe themselves? Left out: no. */
  readonly metadataDocuments?: false | MetadataDocumentOptions
  /** Redirect URIs of apps on people's devices: whole ones, or schemes ending in a colon. */
  readonly privateUseSchemes?: readonly string[]
  /** May a client register `urn:ietf:wg:oauth:2.0:oob`, so that people are shown a code to copy? Left out: no. */
  readonly outOfBand?: boolean
}

const aFunction = z.custom((value) => typeof value === 'function', { error: 'must be a function' })
const names = z.array(z.string().check(z.minLength(1)))
const count = z.int().check(z.gte(1))
const keys = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })).check(z.minLength(1)) })

/** The shape of {@link RegistrationOptions}. */
export const registrationSchema = z.strictObject({
  dynamic: z.optional(
    z.union([
      z.boolean(),
      z.strictObject({
        initialAccessToken: z.optional(z.enum(['required', 'optional'])),
        softwareStatements: z.optional(
          z.strictObject({ issuers: z.record(z.string(), keys), required: z.optional(z.boolean()) }),
        ),
        policy: z.optional(aFunction),
        mostUnused: z.optional(count),
        reuseWithin: z.optional(z.int().check(z.gte(0), z.lte(3_600))),
        management: z.optional(z.boolean()),
        defaultAuthMethod: z.optional(z.enum(['by_redirect_uri', 'none', 'client_secret_basic'])),
        strictRegisteredScope: z.optional(z.boolean()),
      }),
    ]),
  ),
  byUsers: z.optional(
    z.union([
      z.literal(false),
      z.strictObject({ most: z.optional(count), scope: z.optional(names), allow: z.optional(aFunction) }),
    ]),
  ),
  metadataDocuments: z.optional(
    z.union([
      z.literal(false),
      z.strictObject({
        fetch: z.custom((value) => typeof value === 'function', {
          error:
            'is missing: give documentFetcher() of grantor/node, or a fetcher of your own where addresses cannot be pinned',
        }),
        allow: z.optional(aFunction),
        redirects: z.optional(z.enum(['any', 'own'])),
        afterLogin: z.optional(z.boolean()),
        query: z.optional(z.boolean()),
        root: z.optional(z.boolean()),
        maxBytes: z.optional(count.check(z.lte(limits.metadataDocumentBytesAtMost))),
      }),
    ]),
  ),
  privateUseSchemes: z.optional(names),
  outOfBand: z.optional(z.boolean()),
})

const readStatements = ({ softwareStatements }: DynamicRegistrationOptions<string>): DynamicRules['statements'] =>
  softwareStatements
    ? {
        issuers: new Map(Object.entries(softwareStatements.issuers)),
        required: softwareStatements.required ?? false,
      }
    : null

const readDynamic = (options: DynamicRegistrationOptions<string>): DynamicRules => ({
  initialAccessToken: options.initialAccessToken ?? null,
  statements: readStatements(options),
  policy: options.policy ?? (() => ({})),
  mostUnused: options.mostUnused ?? 5_000,
  reuseWithin: options.reuseWithin ?? 0,
  management: options.management ?? true,
  defaultAuthMethod: options.defaultAuthMethod ?? 'by_redirect_uri',
  strictRegisteredScope: options.strictRegisteredScope ?? false,
})

const readMetadataDocuments = (options: MetadataDocumentOptions): MetadataDocumentRules => ({
  allow: options.allow ?? (() => true),
  afterLogin: options.afterLogin ?? false,
  query: options.query ?? false,
  root: options.root ?? false,
  redirects: options.redirects ?? 'any',
})

/** @throws TypeError by way of `requireKnown`, for a scope that does not exist */
export function readRegistration(
  {
    dynamic = true,
    byUsers = false,
    metadataDocuments = false,
    privateUseSchemes = mcpClientRedirects,
    outOfBand = false,
  }: RegistrationOptions<string>,
  requireKnown: (where: string, scope: readonly string[]) => void,
): RegistrationRules {
  if (byUsers) requireKnown('registration.byUsers.scope', byUsers.scope ?? [])
  return {
    dynamic: dynamic === false ? null : readDynamic(dynamic === true ? {} : dynamic),
    byUsers: byUsers
      ? { most: byUsers.most ?? null, scope: byUsers.scope ?? null, allow: byUsers.allow ?? (() => true) }
      : null,
    metadataDocuments: metadataDocuments ? readMetadataDocuments(metadataDocuments) : null,
    privateUseSchemes,
    outOfBand,
  }
}
