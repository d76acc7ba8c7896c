import { newId } from '../ids.js'
import { OAuthError } from '../protocol/errors.js'
import { StorageUnavailable } from '../unavailable.js'
import type { ErrorView } from '../views.js'
import type { Call, Route } from './call.js'
import type { HttpResponse } from './message.js'
import { errorJson, page } from './respond.js'

/** Whatever went wrong, as the error its sender is told. The host is told why; what is not the sender's fault goes to its log whole. */
export function asOAuthError(error: unknown, { site, requestId }: Pick<Call, 'site' | 'requestId'>): OAuthError {
  const { onError, onRefusal } = site.context.hooks
  if (error instanceof OAuthError) {
    onRefusal({ reason: error.reason, status: error.status, error: error.code, requestId })
    return error
  }
  onError(error, requestId)
  if (error instanceof StorageUnavailable)
    return new OAuthError('temporarily_unavailable', 'try again in a moment', 'storage.unavailable', {
      headers: { 'retry-after': '2' },
      cause: error,
    })
  return new OAuthError('server_error', `something went wrong here (${requestId})`, 'server.fault', { cause: error })
}

/** An error page, or JSON where the host draws no pages or the caller asked for it. */
export function errorPage(call: Call, error: OAuthError, onward: ErrorView['onward'] = null): HttpResponse {
  const { site, request, requestId, path } = call
  if (!site.pages || request.headers.get('accept')?.includes('application/json')) return errorJson(error)
  const nonce = newId(site.context)
  const { status, reason, description } = error
  const languages = request.headers.get('accept-language') ?? ''
  try {
    const html = site.pages.error(
      { status, reason, description, requestId, onward },
      { action: path, nonce, languages },
    )
    const response = page(status, html, nonce)
    return { ...response, headers: { ...response.headers, ...error.headers } }
  } catch (fault) {
    site.context.hooks.onError(fault, requestId)
    return errorJson(error)
  }
}

/** The answer to a failed call: a page for a person, JSON for a program. */
export function failure(call: Call, kind: Route['kind'], error: unknown): HttpResponse {
  const known = asOAuthError(error, call)
  return kind === 'page' ? errorPage(call, known) : errorJson(known)
}
