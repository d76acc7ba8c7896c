import type { Access, Guard, HttpRequest, HttpResponse, Provider } from 'grantor'
import { BodyTooLarge, limits, splitUrl, toResponse } from 'grantor'

export type Scope = 'items:read' | 'items:write'

/** A provider that answers what it was asked, so that a test sees a request as the core would. */
export interface FakeProvider<Host> extends Pick<Provider<Host, Scope>, 'handle' | 'fetch' | 'guard'> {
  /** What reading a body threw, oversized bodies apart. */
  readonly failures: unknown[]
}

const base = '/t1/oauth'

/** Answers below `/t1/oauth/` and one well-known document. `person` says who is signed in, from the host's own request. */
export function fakeProvider<Host>(person: (host: Host) => string): FakeProvider<Host> {
  const failures: unknown[] = []
  const paths = [
    '/.well-known/oauth-authorization-server/t1',
    ...['echo', 'headers', 'empty'].map((end) => `${base}/${end}`),
  ]

  const answers: Record<string, (request: HttpRequest, host: Host) => Promise<HttpResponse>> = {
    [`${base}/echo`]: async (request, host) => {
      const body = await bodyOf(request)
      const { method, url } = request
      const seen = (name: string) => request.headers.get(name)
      return json(200, {
        method,
        url,
        body,
        person: person(host),
        authorization: seen('Authorization'),
        host: seen('host'),
      })
    },
    [`${base}/headers`]: async () => ({
      status: 401,
      headers: { 'set-cookie': ['a=1; Path=/', 'b=2; Path=/'], 'www-authenticate': ['Bearer', 'DPoP'], vary: 'Origin' },
      body: '{}',
    }),
    [`${base}/empty`]: async () => ({ status: 204, headers: { 'access-control-allow-origin': '*' }, body: '' }),
  }

  const answered = async (path: string, request: HttpRequest, host: Host): Promise<HttpResponse> => {
    try {
      return (await answers[path]?.(request, host)) ?? json(200, { issuer: 'https://app.example/t1' })
    } catch (error) {
      if (error instanceof BodyTooLarge) return json(413, { error: 'invalid_request' })
      failures.push(error)
      return json(500, { error: 'server_error' })
    }
  }

  const handle = (request: HttpRequest, host: Host): Promise<HttpResponse> | null => {
    const { path } = splitUrl(request.url)
    return paths.includes(path) ? answered(path, request, host) : null
  }

  return {
    failures,
    handle,
    fetch: async (request, host) =>
      toResponse((await handle(request, host ?? (request as Host))) ?? json(404, { error: 'not_found' })),
    guard: (options = {}) => fakeGuard(options.project, options.origins !== undefined),
  }
}

/** `Bearer good` is good for the project `alpha`. */
function fakeGuard<Host>(
  project: ((host: Host) => string | null | undefined) | undefined,
  cors: boolean,
): Guard<Host, Scope> {
  return async (request, host) => {
    if (cors && request.method === 'OPTIONS')
      return {
        ok: false,
        response: { status: 204, headers: { 'access-control-allow-headers': 'Authorization' }, body: '' },
      }
    if (request.headers.get('authorization') !== 'Bearer good') return refused(401, 'Bearer error="invalid_token"')
    if (!['alpha', null].includes(project ? (project(host) ?? null) : null))
      return refused(403, 'Bearer error="insufficient_scope"')
    const headers = { 'cache-control': 'no-store', vary: 'Origin', 'access-control-expose-headers': 'WWW-Authenticate' }
    return { ok: true, access, headers }
  }
}

const refused = (status: number, challenge: string) => {
  const headers = { 'www-authenticate': challenge, 'content-type': 'application/json' }
  return { ok: false, response: { status, headers, body: '{"error":"refused"}' } } as const
}

export const access: Access<Scope> = {
  subject: null,
  clientId: 'c' as Access['clientId'],
  grantId: 'g' as Access['grantId'],
  accountId: null,
  projects: ['alpha' as Exclude<Access['projects'], 'all'>[number]],
  scope: ['items:read'],
  resource: [],
  expiresAt: 2_000_000_000 as Access['expiresAt'],
  authenticatedAt: null,
  acr: null,
  allows: (scope) => [scope].flat().every((one) => one === 'items:read'),
  audit: async () => {},
}

const json = (status: number, value: unknown): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})

/** As the core reads: whoever announces too much is not read, whoever announces nothing is counted. */
async function bodyOf(request: HttpRequest): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > limits.bodyBytes) throw new BodyTooLarge()
  if (!request.body) return request.text()
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of request.body) {
    bytes += chunk.byteLength
    if (bytes > limits.bodyBytes) throw new BodyTooLarge()
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}
