import { createHash, randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import type { Browser } from '../../support/browser.js'
import { type Answer, send } from '../../support/flow.js'
import { assertionType, type Signer } from '../../support/signer.js'
import type { App } from './app.js'
import { listTools, type Message } from './messages.js'
import type { Pairs, RecordedClient } from './recorded-client.js'

/** Where a client has come to believe that the endpoints are. */
export interface Endpoints {
  readonly authorization: string
  readonly token: string
  readonly registration: string
}

const ownEndpoints: Endpoints = {
  authorization: '/oauth/authorize',
  token: '/oauth/token',
  registration: '/oauth/register',
}

interface Registered {
  readonly id: string
  readonly secret: string | undefined
  readonly answer: Readonly<Record<string, unknown>>
}

/** How a request is sent, other than with `fetch`. */
export type Sending = (
  path: string,
  init: Omit<RequestInit, 'headers'> & { readonly headers: Record<string, string> },
) => Promise<Answer>

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url')

/** Sends what a client sends, byte for byte as far as HTTP lets one. */
export function replay(
  app: App,
  { headers, ...recorded }: RecordedClient,
  {
    signer,
    endpoints = ownEndpoints,
    ask = (path, init) => send(app, path, init),
  }: { readonly signer?: Signer | undefined; readonly endpoints?: Endpoints; readonly ask?: Sending } = {},
) {
  const mcp = `${app.origin}/mcp`

  async function register(): Promise<Registered> {
    if (recorded.document !== undefined)
      return { id: recorded.document, secret: undefined, answer: { ...recorded.registration, ...recorded.registered } }
    if (recorded.manual) {
      // A host gives no two clients the same name.
      const metadata = { ...recorded.registration, client_name: `${recorded.client} ${randomBytes(4).toString('hex')}` }
      const { client, secret } = await app.provider.clients.register(metadata)
      return { id: client.id, secret: secret ?? undefined, answer: client.metadata }
    }
    const { status, body } = await ask(endpoints.registration, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(recorded.registration),
    })
    expect(status).toBe(201)
    return { id: String(body.client_id), secret: body.client_secret as string | undefined, answer: body }
  }

  async function token({ id, secret = '' }: Registered, form: Pairs): Promise<Answer> {
    const pair = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
    const shown: Pairs = {
      none: [['client_id', id]] as const,
      post: [['client_id', id] as const, ['client_secret', secret] as const],
      basic: [],
      'basic beside client_id': [['client_id', id]] as const,
      private_key_jwt: [
        ['client_id', id] as const,
        ['client_assertion_type', assertionType] as const,
        ['client_assertion', (await signer?.sign(id, app.provider.issuer)) ?? ''] as const,
      ],
    }[recorded.authentication]
    return ask(endpoints.token, {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/x-www-form-urlencoded',
        ...(recorded.authentication.startsWith('basic') && { authorization: pair }),
      },
      body: new URLSearchParams([...form, ...shown].map(([name, value]) => [name, value])).toString(),
    })
  }

  return {
    mcp,
    register,
    /** A navigation, whatever else the client does by itself: the person approves the project alpha. */
    async authorize({ id }: Registered, browser: Browser, redirectUri = recorded.redirectUri) {
      const verifier = randomBytes(32).toString('base64url')
      const state = randomBytes(16).toString('base64url')
      const query: Pairs = [
        ['response_type', 'code'],
        ['client_id', id],
        ['redirect_uri', redirectUri],
        ['code_challenge', sha256(verifier)],
        ['code_challenge_method', 'S256'],
        ['state', state],
        ...recorded.authorization(mcp),
      ]
      const search = new URLSearchParams(query.map(([name, value]) => [name, value]))
      return { page: await browser.open(`${endpoints.authorization}?${search}`), verifier, state }
    },
    exchange: (client: Registered, code: string, verifier: string) =>
      token(client, [
        ['grant_type', 'authorization_code'],
        ['code', code],
        ['code_verifier', verifier],
        ...recorded.exchange(mcp, recorded.redirectUri),
      ]),
    refresh: (client: Registered, refreshToken: unknown) =>
      token(client, [
        ['grant_type', 'refresh_token'],
        ['refresh_token', String(refreshToken)],
        ...(recorded.refresh?.(mcp) ?? []),
      ]),
    call: (accessToken?: unknown, message: Message = listTools) =>
      ask('/mcp', {
        method: 'POST',
        headers: {
          ...headers,
          accept: 'application/json, text/event-stream',
          'content-type': 'application/json',
          ...message.headers,
          ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
        },
        body: JSON.stringify(message.body),
      }),
    document: (path: string) => ask(path, { headers: { ...headers } }),
  }
}
