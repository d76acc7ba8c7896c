import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import OAuth2Server from '@node-oauth/oauth2-server'
import { listen } from '../../listening.js'
import { lifetimes } from '../../terms.js'
import type { Started } from '../shared/entrants.js'
import {
  consentPage,
  consentPath,
  fieldsOf,
  guardedPath,
  newSecret,
  personOf,
  sendJson,
  sendPage,
  textFrom,
} from '../shared/host.js'
import { mapModel } from './model.js'

type Fields = Record<string, string>

const asked = ({ headers, method }: IncomingMessage, query: Fields, body: Fields = {}): OAuth2Server.Request =>
  new OAuth2Server.Request({ headers: headers as Fields, method: method ?? 'GET', query, body })

function send(response: ServerResponse, { status, headers, body }: OAuth2Server.Response): void {
  const text = body === undefined || Object.keys(body).length === 0 ? '' : JSON.stringify(body)
  const type = text === '' ? {} : { 'content-type': 'application/json' }
  response.writeHead(status ?? 200, { ...headers, ...type, 'content-length': Buffer.byteLength(text) }).end(text)
}

export async function start(): Promise<Started> {
  const listening = await listen()
  const client = { client_id: 'reporter', client_secret: newSecret() }
  const model = mapModel(client)
  const oauth = new OAuth2Server({
    model,
    authorizationCodeLifetime: lifetimes.authorizationCode,
    accessTokenLifetime: lifetimes.accessToken,
    refreshTokenLifetime: lifetimes.refreshToken,
  })
  const pending = new Map<string, { readonly person: string; readonly parameters: Fields }>()

  /** The page is the host's, and so is what must be true before it is shown. */
  const consent: RequestListener = async (request, response) => {
    const parameters = fieldsOf(request.url?.split('?')[1] ?? '')
    const person = personOf(request.headers.cookie)
    const found = await model.getClient(parameters.client_id ?? '', null as unknown as string)
    if (person === undefined || !found || !found.redirectUris?.includes(parameters.redirect_uri ?? '')) {
      return sendJson(response, { error: 'invalid_request' }, 400)
    }
    const id = newSecret()
    pending.set(id, { person, parameters })
    sendPage(response, consentPage(consentPath, found.name, (parameters.scope ?? '').split(' '), id))
  }

  const decided: RequestListener = async (request, response) => {
    const { request: id = '', decision } = fieldsOf(await textFrom(request))
    const held = pending.get(id)
    if (held === undefined || held.person !== personOf(request.headers.cookie)) {
      return sendJson(response, { error: 'invalid_request' }, 400)
    }
    pending.delete(id)
    const allowed: Fields = decision === 'approve' ? {} : { allowed: 'false' }
    const answer = new OAuth2Server.Response({})
    const authenticateHandler = { handle: () => ({ id: held.person }) }
    await oauth.authorize(asked(request, { ...held.parameters, ...allowed }), answer, { authenticateHandler })
    send(response, answer)
  }

  const token: RequestListener = async (request, response) => {
    const answer = new OAuth2Server.Response({})
    await oauth.token(asked(request, {}, fieldsOf(await textFrom(request))), answer)
    send(response, answer)
  }

  const guarded: RequestListener = async (request, response) => {
    const { user, scope } = await oauth.authenticate(asked(request, {}), new OAuth2Server.Response({}), {
      scope: ['project:read'],
    })
    sendJson(response, { project: 'alpha', subject: user.id, scope: scope?.join(' ') })
  }

  const routes: Readonly<Record<string, RequestListener>> = {
    '/authorize': consent,
    [consentPath]: decided,
    '/token': token,
    [guardedPath]: guarded,
  }
  listening.answer(async (request, response) => {
    const route = routes[request.url?.split('?')[0] ?? '']
    if (route === undefined) return void response.writeHead(404).end()
    try {
      await route(request, response)
    } catch (error) {
      const { code, name, message } = error as OAuth2Server.OAuthError
      sendJson(response, { error: name, error_description: message }, code ?? 500)
    }
  })
  return { port: listening.port, client, close: listening.close }
}
