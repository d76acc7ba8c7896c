import { noteRefusal } from '../audit/failures.js'
import { DocumentUnavailable } from '../documents/unavailable.js'
import { lazily } from '../lazily.js'
import { OAuthError } from '../protocol/errors.js'
import { StorageBusy, StorageUnavailable } from '../unavailable.js'
import type { ErrorView } from '../views.js'
import type { Call, Route } from './call.js'
import type { HttpResponse } from './message.js'
import { errorJson } from './respond.js'

const drawPage = lazily(() => import('./page.js'))((it) => it.drawPage)

type Failed = Pick<Call, 'site' | 'requestId'>

/** Of other errors the cause may hold what was sent. */
const causeOf = ({ cause }: OAuthError) => (cause instanceof DocumentUnavailable ? { cause } : {})

const tooMany = () =>
  new OAuthError('temporarily_unavailable', 'too many requests at once; try again in a moment', 'storage.busy', {
    headers: { 'retry-after': '1' },
  })

function told(thrown: unknown, { site, requestId }: Failed): OAuthError {
  const { onError, onRefusal } = site.context.hooks
  // A refusal like others: to tell of each as of a fault would be one more thing to do for whoever has too much to do.
  const error = thrown instanceof StorageBusy ? tooMany() : thrown
  if (error instanceof OAuthError) {
    if (error.code !== 'authorization_pending')
      onRefusal({ reason: error.reason, status: error.status, error: error.code, requestId, ...causeOf(error) })
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

/** Whatever went wrong, as the error its sender is told. The host is told why; what is not the sender's fault goes to its log whole. */
export function asOAuthError(error: unknown, failed: Failed): OAuthError {
  const known = told(error, failed)
  noteRefusal(failed.site.context, known)
  return known
}

/** An error page, or JSON where the host draws no pages or the caller asked for it. */
export async function errorPage(
  call: Call,
  error: OAuthError,
  { onward = null, languages = '' }: { readonly onward?: ErrorView['onward']; readonly languages?: string } = {},
): Promise<HttpResponse> {
  const { site, request, requestId } = call
  if (!site.pages || request.headers.get('accept')?.includes('application/json')) return errorJson(error)
  const { status, reason, description } = error
  const view = { status, reason, description, requestId, onward }
  try {
    const response = await drawPage(call, (pages, setting) => pages.error(view, setting), { status, languages })
    return { ...response, headers: { ...response.headers, ...error.headers } }
  } catch (fault) {
    site.context.hooks.onError(fault, requestId)
    return errorJson(error)
  }
}

/** The answer to a failed call: a page for a person, JSON for a program. */
export async function failure(call: Call, kind: Route['kind'], error: unknown): Promise<HttpResponse> {
  const known = asOAuthError(error, call)
  return kind === 'page' ? errorPage(call, known) : errorJson(known)
}
