import type { Connection } from './host.js'
import type { Task } from './load.js'
import { get, post } from './wire.js'

/** Calls of the API, with each token in turn. */
export function calls(connections: readonly Connection[]): () => Task {
  const requests = connections.map(({ accessToken }) => get('/api/items', accessToken))
  let next = 0
  return () => {
    next = (next + 1) % requests.length
    return { request: requests[next] ?? '', settle: () => {} }
  }
}

export const refreshForm = ({ clientId, clientSecret }: Connection, refreshToken: string) =>
  post('/oauth/token', {
    grant_type: 'refresh_token',
    client_id: clientId,
    client_secret: clientSecret,
    refresh_token: refreshToken,
  })

/** Chains of refreshes. Whoever got no answer tries again with the token it has, before the provider takes that for theft. */
export function refreshes(connections: readonly Connection[]): () => Task | null {
  let [ready, next] = [[...connections], 0]
  const again: Connection[] = []
  const take = (): Connection | undefined => {
    if (again.length > 0) return again.shift()
    if (next > connections.length) [ready, next] = [ready.slice(next), 0]
    next += 1
    return ready[next - 1]
  }
  return () => {
    if (again.length === 0 && next >= ready.length) return null
    const connection = take()
    if (!connection) return null
    return {
      request: refreshForm(connection, connection.refreshToken),
      settle(answer) {
        if (answer === null) return void again.push(connection)
        if (answer.status !== 200) return void ready.push(connection)
        const { refresh_token: refreshToken, access_token: accessToken } = JSON.parse(answer.body)
        ready.push({ ...connection, refreshToken, accessToken })
      },
    }
  }
}
