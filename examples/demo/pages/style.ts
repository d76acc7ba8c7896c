import type { RequestHandler } from 'express'

const css = `
:root { color-scheme: light dark; --ground: #f4f3ef; --card: #fff; --ink: #1d1d1b; --muted: #62625c; --line: #dddcd5; --accent: #1f5f4a; --on: #fff }
@media (prefers-color-scheme: dark) {
  :root { --ground: #141413; --card: #1e1e1c; --ink: #ecece8; --muted: #a3a39b; --line: #36362f; --accent: #86d3b3; --on: #10251d }
}
:root:has(.reporter) { --accent: #8a3b12 }
@media (prefers-color-scheme: dark) { :root:has(.reporter) { --accent: #f3a67c; --on: #2b1206 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere }
main { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; display: grid; gap: 1.25rem }
header { max-width: 44rem; margin: 0 auto; padding: 1.25rem 1rem 0; display: flex; gap: 1rem; justify-content: space-between; align-items: center; flex-wrap: wrap }
header strong { color: var(--accent); letter-spacing: -.01em }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; min-width: 0 }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.25; letter-spacing: -.02em }
h2 { margin: 0 0 .75rem; font-size: 1.05rem }
p { margin: 0 0 .75rem }
p:last-child { margin-bottom: 0 }
.muted { color: var(--muted) }
ul { margin: 0; padding-left: 1.2rem }
a { color: var(--accent) }
form { display: inline }
form.stack { display: grid; gap: .9rem; max-width: 22rem }
label { display: grid; gap: .3rem; font-weight: 600 }
input, button { font: inherit; padding: .55rem .75rem; border-radius: .5rem; border: 1px solid var(--muted); background: var(--card); color: inherit }
button { background: var(--accent); border-color: var(--accent); color: var(--on); font-weight: 600; cursor: pointer }
button.quiet { background: none; color: var(--accent) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.alert { border-left: .3rem solid #b3261e }
.row { display: flex; gap: .75rem; flex-wrap: wrap }
pre { margin: 0; padding: .85rem; border-radius: .5rem; background: var(--ground); overflow-x: auto; font-size: .85rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-top: 1px solid var(--line) }
`

export const stylesheet: RequestHandler = (_req, res) => {
  res.type('css').set('Cache-Control', 'max-age=300').send(css.trim())
}
