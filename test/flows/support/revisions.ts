import type { Pairs, RecordedClient, RevisionName } from './recorded-client.js'

/** Places of metadata, as clients look for it; `{path}` is the path of the resource or of the issuer. */
export type ServerDocument =
  | '/.well-known/oauth-authorization-server{path}'
  | '/.well-known/openid-configuration{path}'
  | '{path}/.well-known/openid-configuration'
  | '{path}/.well-known/oauth-authorization-server'

export type ResourceDocument =
  | 'challenge'
  | '/.well-known/oauth-protected-resource{path}'
  | '/.well-known/oauth-protected-resource'

/** How clients come from a URL to endpoints; each list is gone through until something is found. */
export interface Way {
  /** Empty: they know of none, and take the origin of the MCP server for the issuer. */
  readonly resource: readonly ResourceDocument[]
  /** When nothing is found: `/authorize`, `/token` and `/register` of the origin. */
  readonly server: readonly ServerDocument[]
}

/** What a revision of MCP makes of the requests of a client. */
export interface Revision extends Way {
  readonly name: RevisionName
  readonly how: string
  /** What its clients rely on. */
  readonly ids: string
}

const inserted = '/.well-known/oauth-authorization-server{path}'
const probes = [inserted, '/.well-known/openid-configuration{path}', '{path}/.well-known/openid-configuration'] as const
const resourceProbes = [
  'challenge',
  '/.well-known/oauth-protected-resource{path}',
  '/.well-known/oauth-protected-resource',
] as const

export const revisions: readonly Revision[] = [
  {
    name: '2025-03-26',
    how: 'by the document at the root',
    ids: 'WK-08 WK-16 RI-08',
    resource: [],
    server: [inserted],
  },
  { name: '2025-03-26', how: 'by the default paths', ids: 'WK-08 RI-08', resource: [], server: [] },
  {
    name: '2025-06-18',
    how: 'by the challenge',
    ids: 'MR-01 MR-02 MA-14 PRM-02',
    resource: ['challenge'],
    server: [inserted],
  },
  {
    name: '2025-11-25',
    how: 'by the challenge',
    ids: 'MA-04 MA-14 MR-03 MCL-01 MCL-05',
    resource: resourceProbes,
    server: probes,
  },
  {
    name: '2026-07-28',
    how: 'by the challenge',
    ids: 'MA-03 MA-05 MR-03 MR-18 MCL-07 MCL-08 MCL-09',
    resource: resourceProbes,
    server: probes,
  },
]

const order: readonly RevisionName[] = ['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28']
const isFrom = (name: RevisionName, first: RevisionName) => order.indexOf(name) >= order.indexOf(first)

/** Whether a client has come with this revision. */
export const speaks = ({ since, document }: RecordedClient, { name }: Revision): boolean =>
  isFrom(name, since ?? (document === undefined ? '2025-03-26' : '2025-11-25'))

/** What a client learns of scopes on its way. */
export interface Offered {
  readonly challenged: string
  readonly server: readonly string[]
}

const isLoopback = (uri: unknown) => /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])[:/]/.test(String(uri))

/** A client that registers itself says what it is, and must from 2026-07-28 on. */
function registrationIn({ document, manual, registration }: RecordedClient, name: RevisionName) {
  if (document !== undefined || manual || name !== '2026-07-28') return registration
  const uris = registration.redirect_uris as readonly string[]
  return { application_type: uris.some(isLoopback) ? 'native' : 'web', ...registration }
}

/** The requests of a client as this revision has them. */
export function inRevision(recorded: RecordedClient, { name }: Revision, offered: Offered): RecordedClient {
  const { headers, authorization, exchange, refresh, asksAsChallenged } = recorded
  const told = name !== '2025-03-26'
  const known = (pairs: Pairs) => (told ? pairs : pairs.filter(([parameter]) => parameter !== 'resource'))
  const challenged = asksAsChallenged === true && isFrom(name, '2025-11-25')
  const offline = name === '2026-07-28' && offered.server.includes('offline_access')
  const asked: Pairs = [
    ['scope', offline ? `${offered.challenged} offline_access` : offered.challenged],
    ...(offline ? [['prompt', 'consent'] as const] : []),
  ]
  const chosen = (pairs: Pairs) =>
    challenged ? [...asked, ...pairs.filter(([parameter]) => parameter !== 'scope')] : pairs
  return {
    ...recorded,
    headers: { ...headers, ...('mcp-protocol-version' in headers && { 'mcp-protocol-version': name }) },
    registration: registrationIn(recorded, name),
    authorization: (mcp) => chosen(known(authorization(mcp))),
    exchange: (mcp, redirectUri) => known(exchange(mcp, redirectUri)),
    refresh: refresh && ((mcp) => known(refresh(mcp))),
    scope: challenged ? offered.challenged : recorded.scope,
  }
}
