/** Just enough of a reader for markup that a renderer wrote: every element closed, every value quoted. */

export interface Element {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly (Element | string)[]
}

const voids = new Set(['meta', 'input', 'img', 'link', 'br'])

const entities: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' }
const decode = (text: string) => text.replace(/&(?:lt|gt|quot|amp);/g, (entity) => entities[entity] ?? entity)

interface Open {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: (Element | string)[]
}

function attributesOf(source: string, tag: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const rest = source.replace(/\s+([^\s=>/"]+)(?:="([^"<]*)")?/g, (_, name: string, value = '') => {
    if (found.has(name)) throw new Error(`${tag}: ${name} twice`)
    found.set(name, decode(value))
    return ''
  })
  if (rest.trim() !== '' && rest.trim() !== '/') throw new Error(`${tag}: cannot read ${rest}`)
  return found
}

/** Throws on anything that does not nest. */
export function parse(html: string): Element {
  const [doctype, ...rest] = html.split(/(?<=^<!doctype html>)/)
  if (doctype !== '<!doctype html>') throw new Error('no doctype')
  const stack: Open[] = [{ name: '#document', attributes: new Map(), children: [] }]
  for (const [token] of rest.join('').matchAll(/<[^>"]*(?:"[^"]*"[^>"]*)*>|[^<]+/g)) {
    const top = stack.at(-1)
    if (top === undefined) throw new Error('closed too often')
    if (!token.startsWith('<')) {
      top.children.push(decode(token))
    } else if (token.startsWith('</')) {
      if (token !== `</${top.name}>`) throw new Error(`${token} closes <${top.name}>`)
      stack.pop()
    } else {
      const [, name = '', source = ''] = /^<([a-zA-Z][a-zA-Z0-9]*)((?:\s.*)?)\/?>$/s.exec(token) ?? []
      if (name === '') throw new Error(`cannot read ${token}`)
      const element = { name, attributes: attributesOf(source, token), children: [] }
      top.children.push(element)
      if (!voids.has(name) && !token.endsWith('/>')) stack.push(element)
    }
  }
  const [root] = stack[0]?.children ?? []
  if (stack.length !== 1 || root === undefined || typeof root === 'string') throw new Error('not closed')
  return root
}

export function all(root: Element, name?: string, attributes: Readonly<Record<string, string>> = {}): Element[] {
  const fits =
    (name === undefined || root.name === name) &&
    Object.entries(attributes).every(([key, value]) => root.attributes.get(key) === value)
  const below = root.children.flatMap((child) => (typeof child === 'string' ? [] : all(child, name, attributes)))
  return fits ? [root, ...below] : below
}

/** The only one; throws when there is none, or another. */
export function one(root: Element, name: string, attributes: Readonly<Record<string, string>> = {}): Element {
  const [first, ...others] = all(root, name, attributes)
  if (first === undefined || others.length > 0)
    throw new Error(`${others.length + (first ? 1 : 0)} × <${name} ${JSON.stringify(attributes)}>`)
  return first
}

export const textOf = (root: Element): string =>
  root.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('')

/** What a browser would post, in order, if nothing was touched and this button was pressed. */
export function posted(form: Element, button: readonly [name: string, value: string]): [string, string][] {
  const fields = all(form, 'input').filter(({ attributes }) => {
    const ticked = !['checkbox', 'radio'].includes(attributes.get('type') ?? '') || attributes.has('checked')
    return ticked && attributes.has('name') && !attributes.has('disabled')
  })
  const pressed = one(form, 'button', { name: button[0], value: button[1] })
  return [...fields, pressed].map(({ attributes }) => [attributes.get('name') ?? '', attributes.get('value') ?? ''])
}
