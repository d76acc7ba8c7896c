import type { JSX } from 'preact'
import type { CodeView, DoneView } from '../views.js'
import { clientName } from './client.js'
import { Icon } from './icons.js'
import { type Frame, Layout } from './layout.js'
import { copyScript } from './scripts.js'

interface DoneProps {
  readonly view: DoneView
  readonly frame: Frame
}

/** Nothing is left to do here. The window is the person's to close: a page may not close what it did not open. */
export function Done({ view, frame }: DoneProps): JSX.Element {
  const { words, name } = frame
  const client = clientName(view.client)
  const isolated = <bdi key="client">{client}</bdi>
  const { title, heading, hint } = {
    approved: {
      title: words.text('done.approved', { client }),
      heading: words.rich('done.approved', { client: isolated }),
      hint: words.text('done.approved.hint'),
    },
    device: {
      title: words.text('done.device'),
      heading: words.text('done.device'),
      hint: words.rich('done.device.hint', { client: isolated, name }),
    },
    denied: {
      title: words.text('done.denied'),
      heading: words.text('done.denied'),
      hint: words.rich('done.denied.hint', { client: isolated }),
    },
  }[view.outcome]
  return (
    <Layout frame={frame} title={title}>
      <div class={view.outcome === 'denied' ? 'card ending' : 'card ending good'}>
        <span class="seal">
          <Icon name={view.outcome === 'denied' ? 'cross' : 'check'} />
        </span>
        <div class="lead">
          <h1>{heading}</h1>
          <p>{hint}</p>
        </div>
        {view.error !== null && (
          <dl class="facts">
            <dt>{words.text('done.error')}</dt>
            <dd>
              <code dir="ltr">{view.error}</code>
            </dd>
          </dl>
        )}
      </div>
    </Layout>
  )
}

interface CodeProps {
  readonly view: CodeView
  readonly frame: Frame
}

/** A code for the person to carry into the client. The button that copies appears only where a script can do so. */
export function Code({ view, frame }: CodeProps): JSX.Element {
  const { words, name, setting } = frame
  const client = <bdi key="client">{clientName(view.client)}</bdi>
  const minutes = String(Math.max(1, Math.floor(view.expiresIn / 60)))
  return (
    <Layout frame={frame} title={words.text('code.title')}>
      <div class="card">
        <div class="lead">
          <h1>{words.text('code.title')}</h1>
          <p>{words.rich('code.intro', { client })}</p>
        </div>
        <div class="copied">
          <textarea
            id="code"
            readonly
            rows={2}
            dir="ltr"
            value={view.code}
            aria-label={words.text('code.label')}
            autocomplete="off"
            spellcheck={false}
          />
          <button class="button" type="button" id="copy" data-done={words.text('code.copied')} hidden>
            {words.text('code.copy')}
          </button>
        </div>
        <p class="hint">{words.text('code.expires', { minutes })}</p>
        <div class="note warning">
          <Icon name="warning" />
          <div>
            <p>{words.text('code.warning')}</p>
            <p class="hint">{words.text('code.warning.hint', { name })}</p>
          </div>
        </div>
      </div>
      <script nonce={setting.nonce}>{copyScript}</script>
    </Layout>
  )
}
