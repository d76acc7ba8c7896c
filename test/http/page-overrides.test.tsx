import { type PageOverrides, pages } from 'grantor/pages'
import { describe, expect, it } from 'vitest'
import { authorizationUrl, openAttempt, register, send } from '../support/flow.js'
import { type TestOptions, testProvider } from '../support/provider.js'

const drawing = (override: PageOverrides): TestOptions => ({ pages: pages({ name: 'Acme', override }) })

/** The consent page that this override makes. */
async function consent(draw: NonNullable<PageOverrides['consent']>) {
  const box = testProvider(drawing({ consent: draw }))
  const { page } = await openAttempt(box, await register(box))
  return { ...page, errors: box.errors }
}

/** An error page that this override makes. */
async function failure(draw: NonNullable<PageOverrides['error']>) {
  const box = testProvider(drawing({ error: draw }))
  return { ...(await send(box, '/oauth/authorize?client_id=unknown')), errors: box.errors }
}

const guarded = (headers: Headers) => {
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(headers.get('x-frame-options')).toBe('DENY')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('referrer-policy')).toBe('no-referrer')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
}

describe('a page of the host’s own', () => {
  it.each<readonly [string, NonNullable<PageOverrides['consent']>]>([
    ['text', ({ client }) => `<!doctype html><title>${client.id.length}</title><p>own`],
    ['text, later', async () => '<!doctype html><p>own'],
    [
      'an element',
      ({ id }, { action }) => (
        <html lang="en">
          <form method="post" action={action}>
            <input name="id" value={id} />
            <p>own</p>
          </form>
        </html>
      ),
    ],
    ['an element, later', async () => <html lang="en">own</html>],
    ['a body', () => ({ body: '<!doctype html><p>own' })],
    ['a body, later', async () => ({ body: '<!doctype html><p>own' })],
    ['a Response', () => new Response('<!doctype html><p>own')],
    ['a Response, later', async () => new Response('<!doctype html><p>own')],
  ])('HDR-01 HDR-02 S-032 is %s, and has the headers of every page', async (_, draw) => {
    const { status, html, headers } = await consent(draw)
    expect(status).toBe(200)
    expect(html).toMatch(/^<!doctype html>/)
    expect(html).toContain('own')
    guarded(headers)
  })

  it('CON-06 an element escapes what is put into it', async () => {
    const evil = '<script>alert(1)</script>'
    const { html } = await consent(({ client }) => (
      <html lang="en">
        <p title={evil}>
          {evil} {client.name}
        </p>
      </html>
    ))
    expect(html).not.toContain('<script>')
    expect(html).toContain('&lt;script>alert(1)&lt;/script> Reporter')
  })

  it.each<readonly [string, NonNullable<PageOverrides['consent']>]>([
    [
      'a body',
      () => ({
        status: 203,
        headers: { 'X-Own': 'yes', 'Content-Security-Policy': "frame-ancestors 'self'", 'set-cookie': ['a=1', 'b=2'] },
        body: 'own',
      }),
    ],
    [
      'a Response',
      () => {
        const headers = new Headers({ 'x-own': 'yes', 'content-security-policy': "frame-ancestors 'self'" })
        headers.append('set-cookie', 'a=1')
        headers.append('set-cookie', 'b=2')
        return new Response('own', { status: 203, headers })
      },
    ],
  ])('sets what it likes, once, by %s; the rest stays', async (_, draw) => {
    const box = testProvider(drawing({ consent: draw }))
    const { page, browser } = await openAttempt(box, await register(box))
    expect(page.status).toBe(203)
    expect(page.headers.get('x-own')).toBe('yes')
    expect(page.headers.get('content-security-policy')).toBe("frame-ancestors 'self'")
    expect(page.headers.get('x-frame-options')).toBe('DENY')
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect([browser.cookies.get('a'), browser.cookies.get('b')]).toEqual(['1', '2'])
  })

  it('may say what kind it is', async () => {
    const headers = { 'content-type': 'application/xhtml+xml' }
    expect((await consent(() => new Response('own', { headers }))).headers.get('content-type')).toBe(
      headers['content-type'],
    )
  })

  it('may lead elsewhere', async () => {
    const box = testProvider(
      drawing({ consent: ({ id }) => Response.redirect(`https://app.example/spa?id=${id}`, 303) }),
    )
    const client = await register(box)
    const url = authorizationUrl(client, 'v'.repeat(43), { resource: box.api })
    const first = await send(box, url, { headers: { 'x-user': 'alice' } })
    const [cookie = ''] = first.headers.getSetCookie()
    const headers = { 'x-user': 'alice', cookie: cookie.split(';')[0] ?? '' }
    const { status, headers: answered } = await send(box, first.headers.get('location') ?? '', { headers })
    expect([status, answered.get('location')]).toEqual([
      303,
      expect.stringMatching(/^https:\/\/app\.example\/spa\?id=/),
    ])
  })

  it('gets the nonce that its policy lets in, and the path to post to', async () => {
    const { html, headers } = await consent((_, { nonce, action }) => `${nonce} ${action}`)
    const [nonce = '', action] = html.split(' ')
    expect(headers.get('content-security-policy')).toContain(`'nonce-${nonce}'`)
    expect(action).toBe('/oauth/interaction')
  })

  it('an error keeps its status unless its page says otherwise, and the headers of the error', async () => {
    const plain = await failure(({ reason }) => `own ${reason}`)
    expect([plain.status, plain.text]).toEqual([400, 'own client.unknown'])
    expect((await failure(() => ({ body: 'own' }))).status).toBe(400)
    expect((await failure(({ status }) => ({ status: status + 4, body: 'own' }))).status).toBe(404)
    // A Response has a status, said or not.
    expect((await failure(() => new Response('own'))).status).toBe(200)
    const wrongMethod = testProvider(drawing({ error: () => <html lang="en">own</html> }))
    const { status, headers } = await send(wrongMethod, '/oauth/authorize', { method: 'DELETE' })
    expect([status, headers.get('allow')]).toEqual([405, 'GET, POST'])
    guarded(headers)
  })

  it('that throws is an error page; an error page that throws is JSON; and the host is told of both', async () => {
    const broken = () => Promise.reject(new Error('broken'))
    const page = await consent(broken)
    expect([page.status, page.html]).toEqual([500, expect.stringContaining('Something went wrong on our side')])
    expect(page.errors).toEqual([expect.objectContaining({ message: 'broken' })])
    const error = await failure(broken)
    expect([error.status, error.body]).toEqual([400, expect.objectContaining({ error: 'invalid_request' })])
    expect(error.errors).toEqual([expect.objectContaining({ message: 'broken' })])
  })
})
