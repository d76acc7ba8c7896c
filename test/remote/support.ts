import type { ClientId, HttpResponse } from 'grantor'
import { type RemoteGuardOptions, remoteGuard } from 'grantor/resource'
import { type ScopeName, scopes } from '../support/host.js'
import { registerManually, type TestProvider, testProvider } from '../support/provider.js'

/** The provider as an API elsewhere sees it: whatever is asked of it, and a switch for what goes wrong. */
export interface Line {
  readonly fetch: typeof fetch
  /** The paths that were asked for, in order. */
  readonly asked: string[]
  /** Answer in the provider's place; null lets the provider answer. */
  instead: ((request: Request) => Promise<Response> | Response) | null
}

export function lineTo(box: TestProvider): Line {
  const line: Line = {
    asked: [],
    instead: null,
    async fetch(input, init) {
      const request = new Request(input, init)
      line.asked.push(new URL(request.url).pathname)
      return line.instead ? line.instead(request) : box.fetch(request)
    },
  }
  return line
}

export const introspections = ({ asked }: Line) => asked.filter((path) => path === '/oauth/introspect').length

interface Place {
  readonly box?: TestProvider
  readonly resource?: string
  /** What the provider lets the API ask about. */
  readonly introspect?: readonly string[]
}

/** A provider, and an API away from it. */
export async function apart(
  options: Partial<RemoteGuardOptions<ScopeName>> = {},
  { box = testProvider(), resource = box.api, introspect = [box.api, box.mcp] }: Place = {},
) {
  const line = lineTo(box)
  const server = await registerManually(
    box,
    {
      client_name: 'API server',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_basic',
    },
    { policy: { introspect } },
  )
  const refusals: string[] = []
  const errors: unknown[] = []
  const remote = remoteGuard<ScopeName>({
    issuer: box.issuer,
    client: { id: server.client_id, secret: server.client_secret ?? '' },
    resource,
    scopes,
    fetch: line.fetch,
    now: box.clock.now,
    onRefusal: ({ reason }) => refusals.push(reason),
    onError: (error) => errors.push(error),
    ...options,
  })
  return { box, line, remote, refusals, errors, serverId: server.client_id as ClientId }
}

/** A call to the API, as a guard sees it. */
export const request = (token: string | null, path = '/api/projects/alpha/items', init: RequestInit = {}) =>
  new Request(`https://elsewhere.example${path}`, {
    ...init,
    headers: { ...(token !== null && { authorization: `Bearer ${token}` }), ...init.headers },
  })

export const projectOf = ({ url }: Request) => /\/projects\/([^/?]+)/.exec(url)?.[1] ?? null

/** Status, body and challenge. */
export const told = ({ status, headers, body }: HttpResponse) => ({
  status,
  body,
  challenge: headers['www-authenticate'],
})
