import type { VNode } from 'preact'
import { Layout } from './layout.js'

/** A page that has one thing to say. */
export const Message = ({ title, text }: { readonly title: string; readonly text: string }): VNode => (
  <Layout title={title}>
    <section>
      <p>{text}</p>
      <p>
        <a href="/">Back to the start</a>
      </p>
    </section>
  </Layout>
)
