import type { JSX } from 'preact'
import type { ErrorView } from '../views.js'
import { Icon } from './icons.js'
import { type Frame, Layout } from './layout.js'
import type { MessageKey } from './messages/index.js'
import { visible } from './plain.js'
import { safeUrl } from './safe-url.js'

/** What happened, and what to do. */
const texts = {
  client: ['error.client', 'error.client.hint'],
  document: ['error.client_document', 'error.client_document.hint'],
  disabled: ['error.client_disabled', 'error.client_disabled.hint'],
  redirectUri: ['error.redirect_uri', 'error.redirect_uri.hint'],
  request: ['error.request', 'error.request.hint'],
  interaction: ['error.interaction', 'error.interaction.hint'],
  subject: ['error.subject', 'error.subject.hint'],
  csrf: ['error.csrf', 'error.csrf.hint'],
  form: ['error.form', 'error.form.hint'],
  session: ['error.session', 'error.session.hint'],
  consent: ['error.consent', 'error.consent.hint'],
  navigation: ['error.navigation', 'error.navigation.hint'],
  account: ['error.account', 'error.account.hint'],
  forbidden: ['error.forbidden', 'error.forbidden.hint'],
  missing: ['error.missing', 'error.missing.hint'],
  throttled: ['error.throttled', 'error.throttled.hint'],
  server: ['error.server', 'error.server.hint'],
  other: ['error.title', 'error.hint'],
} as const satisfies Readonly<Record<string, readonly [MessageKey, MessageKey]>>

type Topic = keyof typeof texts

/** By whole reason, or by what stands before its dot, so that a reason nobody thought of here still finds its family. */
const topics: ReadonlyMap<string, Topic> = new Map<string, Topic>([
  ['client.disabled', 'disabled'],
  ['client.other_account', 'account'],
  ['client.unknown', 'client'],
  ['client.missing', 'client'],
  ['client.revoked', 'client'],
  ['client_id', 'client'],
  ['client', 'request'],
  ['client_document', 'document'],
  ['client_metadata', 'document'],
  ['redirect_uri', 'redirectUri'],
  ['parameters', 'request'],
  ['request', 'request'],
  ['response_type', 'request'],
  ['response_mode', 'request'],
  ['pkce', 'request'],
  ['scope', 'request'],
  ['resource', 'request'],
  ['prompt', 'request'],
  ['max_age', 'request'],
  ['dpop_jkt', 'request'],
  ['request_uri.unsupported', 'request'],
  ['request_uri', 'interaction'],
  ['authorize.not_a_navigation', 'navigation'],
  ['session', 'session'],
  ['interaction.sign_in', 'session'],
  ['consent', 'consent'],
  ['grant.revoked', 'consent'],
  ['interaction.by_hand', 'consent'],
  ['interaction.decision', 'form'],
  ['connected_apps', 'form'],
  ['management', 'form'],
  ['body', 'form'],
  ['interaction.other_subject', 'subject'],
  ['interaction', 'interaction'],
  ['user_code', 'interaction'],
  ['subject', 'subject'],
  ['csrf', 'csrf'],
  ['account', 'account'],
])

const byStatus: ReadonlyMap<number, Topic> = new Map<number, Topic>([
  [403, 'forbidden'],
  [404, 'missing'],
  [405, 'missing'],
  [429, 'throttled'],
])

function topicOf({ reason, status }: ErrorView): Topic {
  if (status >= 500) return 'server'
  const [family = ''] = reason.split('.')
  return topics.get(reason) ?? topics.get(family) ?? byStatus.get(status) ?? 'other'
}

interface FailureProps {
  readonly view: ErrorView
  readonly frame: Frame
}

/** Only ever a link: a page that sent people on by itself could be used to send them anywhere. */
function Onward({ view, frame: { words, name } }: FailureProps): JSX.Element | null {
  const url = safeUrl(view.onward?.url)
  if (view.onward === null || url === null) return null
  const host = (
    <b>
      <bdi>{visible(view.onward.host)}</bdi>
    </b>
  )
  return (
    <div class="onward">
      <a class="button quiet" href={url} rel="noreferrer">
        <span>{words.rich('error.onward', { host })}</span>
      </a>
      <p class="hint">{words.text('error.onward.hint', { name })}</p>
    </div>
  )
}

/** An error that cannot be sent to the client, told to the person, with the details for whoever can mend it. */
export function Failure({ view, frame }: FailureProps): JSX.Element {
  const { words, name } = frame
  const [title, hint] = texts[topicOf(view)]
  return (
    <Layout frame={frame} title={words.text(title)}>
      <div class="card failure">
        <Icon name="warning" />
        <div class="lead">
          <h1>{words.text(title)}</h1>
          <p>{words.text(hint, { name })}</p>
        </div>
        <Onward view={view} frame={frame} />
        <dl class="facts">
          <dt>{words.text('error.request_id')}</dt>
          <dd>
            <code dir="ltr">{view.requestId}</code>
          </dd>
        </dl>
        <details class="technical">
          <summary>{words.text('error.details')}</summary>
          <p class="hint" dir="ltr" lang="en">
            <code>{view.reason}</code>: {view.description}
          </p>
        </details>
      </div>
    </Layout>
  )
}
