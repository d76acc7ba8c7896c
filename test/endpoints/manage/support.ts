import { type Answer, confidentialClient, connect, send } from '../../support/flow.js'
import { type TestOptions, type TestProvider, testProvider } from '../../support/provider.js'

/** A host with an administrator's scope, held by alice alone, where people may register three clients each. */
export const managed = (options: TestOptions = {}): TestProvider =>
  testProvider({
    admin: { scope: 'project:admin', resource: 'https://app.example/api' },
    registration: { byUsers: { most: 3, scope: ['project:read'] } },
    ...options,
  })

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A script of the host's own page, in the browser of a person. */
export const as =
  (person: string, site: TestProvider) =>
  (method: Method, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    send(site, `/oauth/manage${path}`, {
      method,
      headers: {
        'x-user': person,
        'sec-fetch-site': 'same-origin',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })

/** A program with an access token. */
export const withToken =
  (token: string, site: TestProvider) =>
  (method: Method, path: string, body?: unknown): Promise<Answer> =>
    send(site, `/oauth/manage${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })

/** A token that a person gave to some client, for the host's API. */
export async function tokenOf(site: TestProvider, person: string, scope: string): Promise<string> {
  const { tokens } = await connect(site, { person, params: { scope, resource: site.api } })
  return tokens.access_token
}

export const newClient = (client_name: string) => ({ ...confidentialClient, client_name })

export const itemsOf = ({ body }: Answer) => body.items as readonly Readonly<Record<string, unknown>>[]
