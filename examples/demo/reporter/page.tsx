import type { VNode } from 'preact'
import { Layout } from '../pages/layout.js'
import type { Report, Tokens } from './client.js'

interface Connection {
  readonly tokens: Tokens
  readonly report: Report | { readonly problem: string }
}

interface ReporterPageProps {
  readonly api: string
  readonly notice: string | null
  readonly connection: Connection | null
}

/** Enough of a secret to tell it from another. */
const shortened = (secret: string) => `${secret.slice(0, 18)}…`

const secrets: readonly string[] = ['access_token', 'refresh_token']

/** The token response as it came, except for what nobody should read over a shoulder. */
const displayed = (tokens: Tokens) =>
  JSON.stringify(
    tokens,
    (name, value: unknown) => (secrets.includes(name) && typeof value === 'string' ? shortened(value) : value),
    2,
  )

const Button = ({ action, quiet, children }: { action: string; quiet?: boolean; children: string }): VNode => (
  <form method="post" action={action}>
    <button type="submit" class={quiet ? 'quiet' : undefined}>
      {children}
    </button>
  </form>
)

const Connect = ({ api }: { readonly api: string }): VNode => (
  <section>
    <p>
      Writes reports about the items you keep elsewhere. All it knows is the address of an API, <code>{api}</code>; the
      rest it finds out: where to register, where to send you, where to get a token.
    </p>
    <Button action="/connect">Connect</Button>
  </section>
)

const Findings = ({ report }: { readonly report: Connection['report'] }): VNode =>
  'problem' in report ? (
    <section class="alert" role="alert">
      {report.problem}
    </section>
  ) : (
    <>
      {report.items.map(({ project, items }) => (
        <section key={project}>
          <h2>Items of {project}</h2>
          <ul>
            {items.map(({ id, name }) => (
              <li key={id}>{name}</li>
            ))}
          </ul>
        </section>
      ))}
      <section>
        <h2>
          What <code>/api/me</code> says
        </h2>
        <pre>{JSON.stringify(report.me, null, 2)}</pre>
      </section>
    </>
  )

const Connected = ({ connection: { tokens, report } }: { readonly connection: Connection }): VNode => (
  <>
    <div class="row">
      <Button action="/refresh">Refresh</Button>
      <Button action="/disconnect" quiet>
        Disconnect
      </Button>
    </div>
    <Findings report={report} />
    <section>
      <h2>What the token endpoint answered</h2>
      <pre>{displayed(tokens)}</pre>
    </section>
  </>
)

export const ReporterPage = ({ api, notice, connection }: ReporterPageProps): VNode => (
  <Layout app="Acme Reporter" title="Acme Reporter">
    {notice !== null && <section role="status">{notice}</section>}
    {connection ? <Connected connection={connection} /> : <Connect api={api} />}
  </Layout>
)
