import type { VNode } from 'preact'
import { type Person, people } from '../people.js'
import { Layout } from './layout.js'

interface LoginProps {
  /** Where to go on to: a path on this origin. */
  readonly next: string
  /** Who is signed in already. */
  readonly person: Person | null
  readonly username: string
  readonly failed: boolean
}

export const LoginPage = ({ next, person, username, failed }: LoginProps): VNode => (
  <Layout app="Quarry" title="Sign in">
    {failed && (
      <section class="alert" role="alert">
        Unknown name or wrong password.
      </section>
    )}
    <section>
      {person && <p>You are signed in as {person.name}. Sign in again to be somebody else.</p>}
      <form class="stack" method="post" action="/login">
        <input type="hidden" name="next" value={next} />
        <label>
          Name
          <input name="username" autocomplete="username" autocapitalize="none" required value={username} />
        </label>
        <label>
          Password
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        <button type="submit">Sign in</button>
      </form>
    </section>
    <p class="muted">Here live {[...people.keys()].join(', ')}. The password is “demo” for all of them.</p>
  </Layout>
)
