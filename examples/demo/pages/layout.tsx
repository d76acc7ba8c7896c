import type { ComponentChildren, VNode } from 'preact'

interface LayoutProps {
  /** Which of the two apps of the demo this is; left out on pages that both have. */
  readonly app?: 'Quarry' | 'Acme Reporter'
  readonly title: string
  readonly aside?: ComponentChildren
  readonly children: ComponentChildren
}

export const Layout = ({ app, title, aside, children }: LayoutProps): VNode => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{app === undefined || title === app ? title : `${title} · ${app}`}</title>
      <link rel="stylesheet" href="/style.css" />
    </head>
    <body class={app === 'Acme Reporter' ? 'reporter' : undefined}>
      {app !== undefined && (
        <header>
          <a href="/">
            <strong>{app}</strong>
          </a>
          <div>{aside}</div>
        </header>
      )}
      <main>
        <h1>{title}</h1>
        {children}
      </main>
    </body>
  </html>
)
