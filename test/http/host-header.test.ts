import { describe, expect, it } from 'vitest'
import { type Answer, authorizationUrl, post, register, send } from '../support/flow.js'
import { testProvider } from '../support/provider.js'

const box = testProvider()

const evil = {
  host: 'evil.example',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'http',
  'x-forwarded-port': '81',
  forwarded: 'host=evil.example;proto=http',
  'x-original-url': '/evil',
  'x-rewrite-url': '/evil',
}

/** Everything of an answer but what is drawn by lot. */
const bytes = ({ status, headers, text }: Answer) => {
  const masked = (value: string) =>
    value.replaceAll(/grantor_\w\w_[\w-]{49}|client_[\w-]{22}|[\w-]{22,43}(?=['"]|$|\))/g, '*')
  const kept = [...headers].filter(([name]) => name !== 'set-cookie').map(([name, value]) => [name, masked(value)])
  return { status, headers: kept, text: masked(text) }
}

describe('what a request says about its host', () => {
  it('GEN-14 GEN-15 S-179 S-237 changes no byte of metadata, redirects, errors and challenges', async () => {
    const client = await register(box)
    const url = authorizationUrl(client, 'v'.repeat(43), { resource: box.api, state: 's' })
    const ask: readonly ((headers: Record<string, string>) => Promise<Answer>)[] = [
      (headers) => send(box, '/.well-known/oauth-authorization-server', { headers }),
      (headers) => send(box, '/.well-known/openid-configuration', { headers }),
      (headers) => send(box, '/.well-known/oauth-protected-resource/api', { headers }),
      (headers) => send(box, '/.well-known/oauth-protected-resource/none', { headers }),
      (headers) => send(box, url, { headers }),
      (headers) => send(box, url, { headers: { ...headers, 'x-user': 'alice' } }),
      (headers) => send(box, `${url}&response_type=token`, { headers }),
      (headers) =>
        send(box, '/oauth/authorize?client_id=unknown', { headers: { ...headers, accept: 'application/json' } }),
      (headers) => send(box, '/settings/connected-apps', { headers }),
      (headers) => send(box, '/api/projects/alpha/items', { headers }),
      (headers) => post(box, '/oauth/token', { client_id: 'unknown' }, headers),
    ]
    for (const one of ask) {
      const honest = await one({})
      const spoofed = await one(evil)
      expect(bytes(spoofed)).toEqual(bytes(honest))
      expect(JSON.stringify([...spoofed.headers]) + spoofed.text).not.toContain('evil')
    }
  })

  it('GEN-15 the host part of the request’s own URL is not believed either', async () => {
    const { client_id } = await register(box)
    const answers = await Promise.all(
      ['https://evil.example', 'http://app.example:81'].map((origin) =>
        box.provider.fetch(new Request(`${origin}/.well-known/oauth-authorization-server`)),
      ),
    )
    for (const answer of answers) expect(((await answer.json()) as { issuer: string }).issuer).toBe(box.issuer)
    const guard = box.provider.guard()
    const request = new Request('https://evil.example/mcp/x')
    const result = await guard(request, request)
    expect(JSON.stringify(result)).toContain('https://app.example/.well-known/oauth-protected-resource/mcp')
    expect(JSON.stringify(result)).not.toContain('evil')
    expect(client_id).toMatch(/^client_/)
  })
})
