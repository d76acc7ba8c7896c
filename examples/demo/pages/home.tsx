import type { VNode } from 'preact'
import { type Person, projectsOf, scopesOf } from '../people.js'
import { Layout } from './layout.js'

interface HomeProps {
  readonly person: Person | null
  readonly issuer: string
  /** What the provider answers. */
  readonly paths: readonly string[]
  readonly reporter: string | null
}

/** Pages of the provider; those that it does not have are not linked. */
const providerPages = [
  { path: '/settings/connected-apps', text: 'Connected apps', admin: false },
  { path: '/settings/oauth-apps', text: 'Your own OAuth apps', admin: false },
  { path: '/oauth/device', text: 'Connect a device', admin: false },
  { path: '/admin/oauth-clients', text: 'All OAuth clients', admin: true },
  { path: '/admin/audit', text: 'Audit log', admin: true },
]

const Account = ({ person }: { readonly person: Person | null }): VNode =>
  person ? (
    <form method="post" action="/logout">
      {person.name} ({person.account}){' '}
      <button type="submit" class="quiet">
        Sign out
      </button>
    </form>
  ) : (
    <a href="/login">Sign in</a>
  )

const Projects = ({ person }: { readonly person: Person }): VNode => (
  <section>
    <h2>Your projects</h2>
    <table>
      <tbody>
        {projectsOf(person.username).map(({ id, name }) => (
          <tr key={id}>
            <th>{name}</th>
            <td>{scopesOf(person.username, id).join(', ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
)

const Connections = ({ person, paths }: { readonly person: Person; readonly paths: readonly string[] }): VNode => (
  <section>
    <h2>Apps and access</h2>
    <ul>
      {providerPages
        .filter(({ path, admin }) => paths.includes(path) && (!admin || person.admin))
        .map(({ path, text }) => (
          <li key={path}>
            <a href={path}>{text}</a>
          </li>
        ))}
    </ul>
  </section>
)

const Developers = ({ issuer }: { readonly issuer: string }): VNode => (
  <section>
    <h2>For developers</h2>
    <table>
      <tbody>
        <tr>
          <th>API</th>
          <td>
            <code>{issuer}/api</code>
          </td>
        </tr>
        <tr>
          <th>MCP server</th>
          <td>
            <code>{issuer}/mcp</code>
          </td>
        </tr>
        <tr>
          <th>Metadata</th>
          <td>
            <a href="/.well-known/oauth-authorization-server">/.well-known/oauth-authorization-server</a>
          </td>
        </tr>
      </tbody>
    </table>
  </section>
)

export const HomePage = ({ person, issuer, paths, reporter }: HomeProps): VNode => (
  <Layout app="Quarry" title="Quarry" aside={<Account person={person} />}>
    <section>
      <p>
        A small data platform for several customers. Other apps can act for its users, as far as each of them allows.
      </p>
      {reporter !== null && (
        <p>
          <a href={reporter}>Acme Reporter</a> is such an app: open it and press Connect.
        </p>
      )}
    </section>
    {person && <Projects person={person} />}
    {person && <Connections person={person} paths={paths} />}
    <Developers issuer={issuer} />
  </Layout>
)
