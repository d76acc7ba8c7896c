import { client as byClient } from '../audit.js'
import type { Context } from '../context.js'
import type { Awaitable } from '../hooks.js'
import { boundsOf, projectsWithin } from '../policy/account.js'
import { allowedScope, metadataOf, policyOf } from '../policy/client.js'
import { askedProjects, narrowedProjects } from '../policy/projects.js'
import { narrowProof } from '../policy/proof.js'
import { type CurrentReach, currentReach } from '../policy/reach.js'
import { allowedResources, narrowResources, projectsNamedBy, understoodScope } from '../policy/resource.js'
import type { AuthMethod } from '../protocol/client-metadata.js'
import { common } from '../protocol/lists.js'
import { many, single } from '../protocol/parameters.js'
import { intersectScope } from '../protocol/scope.js'
import type { Client, Grant, ProjectId, Subject, Timestamp, Token } from '../records.js'
import {
  expiry,
  type Issued,
  issueAccessToken,
  issueRefreshToken,
  type Share,
  type TokenResponse,
  tokenResponse,
} from '../tokens/issue.js'
import type { Question } from '../tokens/rotate.js'
import type { Secret } from '../tokens/secret.js'
import { upon } from '../upon.js'
import { invalidGrant, type TokenRequest } from './handler.js'

interface Issuance {
  readonly client: Client
  readonly grant: Grant
  /** As far as this chain of tokens goes. */
  readonly share: Share
  /** At most this much of it, this time. */
  readonly asked: Question
  /** The refresh token is null when none is issued. */
  readonly secrets: { readonly access: Secret; readonly refresh: Secret | null }
}

/** For an access token alone. What a client gets for itself comes of no other token. */
type AccessIssuance = Omit<Issuance, 'secrets' | 'share'> & Partial<Pick<Issuance, 'share'>>

/** Whether a client gets a refresh token: it registered for them, and the person let it stay connected. */
export function mayRefresh(context: Context, client: Client, grant: Grant): boolean {
  if (!metadataOf(client).grant_types.includes('refresh_token') || grant.details.keep_alive === false) return false
  return context.refreshTokens === 'grant_type' || grant.details.offline_access === true
}

/**
 * What a code or a refresh token can still bring of its grant, which may have been narrowed since.
 *
 * @param method how the client has just proved who it is
 */
export function shareOf(context: Context, { data }: Token, grant: Grant, method: AuthMethod): Share {
  const { scope, resource, projects, proof, authentication } = data as Share
  const narrowed = narrowProof(proof, method)
  return {
    ...(narrowed && { proof: narrowed }),
    ...(authentication && { authentication }),
    scope: intersectScope(scope, grant.scope, context.implied),
    resource: common(resource, grant.resource),
    ...(projects && { projects: narrowedProjects(grant.projects, projects) as readonly ProjectId[] }),
  }
}

/**
 * What a token is wanted for: some scope, at the resources and in the projects that a request names, or else wherever its chain of tokens
 * can bring it.
 *
 * @throws OAuthError `invalid_target`, `invalid_authorization_details`
 */
export function questionOf(
  context: Context,
  { parameters }: Pick<TokenRequest, 'parameters'>,
  { client, grant, share }: Pick<Issuance, 'client' | 'grant' | 'share'>,
  scope: readonly string[],
): Question {
  const allowed = allowedResources(context, client, share.resource)
  const resource = narrowResources(context, many(parameters, 'resource'), allowed)
  if (resource.length === 0)
    throw invalidGrant('this client gets no tokens for what was granted', 'resource.not_allowed')
  const granted = share.projects ?? grant.projects
  const details = single(parameters, 'authorization_details')
  const projects = askedProjects(context, client, { details, resource, granted }) ?? share.projects
  return projects ? { scope, resource, projects } : { scope, resource }
}

/** The projects of a grant in which a token is wanted. What "all" comes to, the host is asked. */
function projectsOf(
  context: Context,
  { client, grant, asked: { projects, resource } }: Pick<Issuance, 'client' | 'grant' | 'asked'>,
): Awaitable<Grant['projects']> {
  const wanted = narrowedProjects(narrowedProjects(grant.projects, projects), projectsNamedBy(context, resource))
  const { subject } = grant
  return grant.projects !== 'all' || wanted === 'all' || subject === null
    ? wanted
    : ownAmong(context, client, subject, wanted)
}

async function ownAmong(
  { hooks }: Context,
  client: Client,
  subject: Subject,
  wanted: readonly ProjectId[],
): Promise<readonly ProjectId[]> {
  const own = projectsWithin(boundsOf(client), (await hooks.projects?.list({ subject })) ?? [])
  return wanted.filter((project) => own.some(({ id }) => id === project))
}

/**
 * An access token, narrowed to what the client may have at the most and to what the person still holds.
 *
 * @throws OAuthError `invalid_grant` when nothing is left; nothing has been used up then, so that it heals.
 */
export function accessTokenOn(context: Context, issuance: AccessIssuance, secret: Secret): Awaitable<Issued> {
  const { client, grant, asked } = issuance
  const granted = intersectScope(asked.scope, grant.scope, context.implied)
  const scope = understoodScope(context, allowedScope(context, client, granted), asked.resource)
  return upon(projectsOf(context, issuance), (projects) =>
    upon(currentReach(context, grant.subject, { scope, projects }, boundsOf(client)), (reach) =>
      accessTokenFor(context, issuance, reach, secret),
    ),
  )
}

function accessTokenFor(
  context: Context,
  { client, grant, asked, share }: AccessIssuance,
  reach: CurrentReach,
  secret: Secret,
): Issued {
  if (reach.scope.length === 0) throw invalidGrant('nothing that was granted is left', 'scope.empty')
  const at = context.now()
  const expiresAt = expiry(context, grant, at, context.lifetimes.accessToken)
  const issue = { secret, clientId: client.id, grantId: grant.id, at, expiresAt }
  const authentication = share?.authentication
  return issueAccessToken(issue, reach, {
    resource: asked.resource,
    ...(authentication && { authentication }),
    ...(asked.projects && { detailed: true }),
  })
}

/** A refresh token that stays the same lives as long as its grant may; being idle ends the grant under it. */
function refreshTokenOn(context: Context, { client, grant, share }: Issuance, at: Timestamp, secret: Secret): Issued {
  const { refreshToken, grant: whole } = context.lifetimes
  const expiresAt = expiry(context, grant, at, policyOf(client).rotation === 'reuse' ? whole : refreshToken)
  return issueRefreshToken({ secret, clientId: client.id, grantId: grant.id, at, expiresAt }, share)
}

/** Tokens on a grant: what to write for them, and what to answer. */
export function issueOnGrant(context: Context, issuance: Issuance, grantType: string): Awaitable<IssuedOnGrant> {
  const { secrets } = issuance
  return upon(accessTokenOn(context, issuance, secrets.access), (access) => {
    const at = access.record.createdAt
    const refresh = secrets.refresh && refreshTokenOn(context, issuance, at, secrets.refresh)
    const tokens = refresh ? [access.record, refresh.record] : [access.record]
    return {
      at,
      change: recordIssue(context, issuance, { grantType, tokens, refreshable: refresh !== null }),
      response: tokenResponse(access, secrets.refresh, at),
    }
  })
}

interface IssuedOnGrant {
  readonly at: Timestamp
  readonly change: ReturnType<typeof recordIssue>
  readonly response: TokenResponse
}

interface Written {
  readonly grantType: string
  readonly tokens: readonly Token[]
  /** The client can come back with a refresh token, so that the grant outlives the access token. */
  readonly refreshable: boolean
}

/** What is written for tokens: they, the grant's longer life, and the line in the audit log. */
export function recordIssue(
  context: Context,
  { grant }: Pick<Issuance, 'grant'>,
  { grantType, tokens, refreshable }: Written,
) {
  const { accessToken, refreshToken } = context.lifetimes
  const seconds = refreshable ? Math.max(accessToken, refreshToken) : accessToken
  const { id: grantId, clientId, subject, accountId } = grant
  const { createdAt, data } = tokens[0]!
  const { scope, resource } = data as Share
  return {
    tokens,
    extend: [{ grantId, expiresAt: expiry(context, grant, createdAt, seconds) }],
    events: [
      {
        type: 'token.issued' as const,
        actor: byClient(clientId),
        clientId,
        grantId,
        subject,
        accountId,
        data: { grant_type: grantType, scope, resource },
      },
    ],
  }
}
