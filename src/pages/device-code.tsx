import type { JSX } from 'preact'
import type { DeviceCodeView } from '../views.js'
import { Approver } from './consent-parties.js'
import { Icon } from './icons.js'
import { type Frame, Layout } from './layout.js'

interface CodeProps {
  readonly view: DeviceCodeView
  readonly frame: Frame
}

function Problem({ view, frame: { words } }: CodeProps): JSX.Element | null {
  if (view.problem === null) return null
  const text = {
    unknown: words.text('device.problem.unknown'),
    taken: words.text('device.problem.taken'),
    expired: words.text('device.problem.expired'),
  }
  return (
    <div class="note alert" role="alert">
      <Icon name="warning" />
      <div>
        <p>{words.text('device.problem')}</p>
        <p id="problem">{text[view.problem]}</p>
      </div>
    </div>
  )
}

/** A link is filled in by whoever made it: the person has to look at the device before they go on. */
function Linked({ frame: { words, name } }: { frame: Frame }): JSX.Element {
  return (
    <div class="note warning">
      <Icon name="device" />
      <div>
        <p>{words.text('device.linked')}</p>
        <p class="hint">{words.text('device.linked.hint', { name })}</p>
      </div>
    </div>
  )
}

function Field({ view, frame: { words } }: CodeProps): JSX.Element {
  const described = view.problem === null ? 'code-hint' : 'problem code-hint'
  return (
    <div class="field">
      <label for="user-code">{words.text('device.code')}</label>
      <input
        class="text usercode"
        type="text"
        id="user-code"
        name="user_code"
        value={view.code}
        required
        dir="ltr"
        autocomplete="off"
        autocapitalize="characters"
        autocorrect="off"
        spellcheck={false}
        autofocus={!view.linked}
        aria-invalid={view.problem !== null}
        aria-describedby={described}
      />
      <p class="hint" id="code-hint">
        {words.text('device.code.hint')}
      </p>
    </div>
  )
}

/** Where a person enters the code that a device shows them, or confirms the one that a link has brought. */
export function DeviceCode({ view, frame }: CodeProps): JSX.Element {
  const { words, name, setting } = frame
  const title = words.text('device.enter')
  return (
    <Layout frame={frame} title={title}>
      <div class="card">
        <Problem view={view} frame={frame} />
        <div class="lead">
          <h1>{title}</h1>
          <p>{words.text('device.enter.hint', { name })}</p>
        </div>
        <Approver view={view} frame={frame} />
        {view.linked && <Linked frame={frame} />}
        <form method="post" action={setting.action}>
          <input type="hidden" name="csrf" value={view.csrf} />
          <Field view={view} frame={frame} />
          <button class="button approve" type="submit">
            {words.text('device.continue')}
          </button>
          {!view.linked && <p class="hint foot">{words.text('device.never', { name })}</p>}
        </form>
      </div>
    </Layout>
  )
}
