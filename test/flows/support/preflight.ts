import { expect } from 'vitest'
import { send } from '../../support/flow.js'
import type { App } from './app.js'
import type { Sending } from './replay.js'

/** What a script may send without asking; a content type only where it is one that forms have. */
const simple = /^(?:accept|origin|referer|sec-.*)$/
const isSimple = ([name, value]: readonly [string, string]) =>
  simple.test(name) || (name === 'content-type' && value === 'application/x-www-form-urlencoded')

/** Sends as a client with these headers of its own does: one in a browser asks first, and reads only what it is let. */
export function preflighted(app: App, { origin }: Readonly<Record<string, string>>): Sending {
  if (origin === undefined) return (path, init) => send(app, path, init)
  return async (path, init) => {
    const headers = { ...init.headers, origin }
    const asked = Object.entries(headers)
      .filter((header) => !isSimple(header))
      .map(([name]) => name)
    const { method = 'GET' } = init
    const preflight = await send(app, path, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': asked.sort().join(','),
      },
    })
    const allowed = (preflight.headers.get('access-control-allow-headers') ?? '').toLowerCase().split(/, ?/)
    expect([preflight.status, allowed]).toEqual([204, expect.arrayContaining(asked)])
    expect(preflight.headers.get('access-control-allow-methods')).toContain(method)
    const answer = await send(app, path, { ...init, headers })
    expect(['*', origin]).toContain(answer.headers.get('access-control-allow-origin'))
    return answer
  }
}
