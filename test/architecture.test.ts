import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Layers from the top down. A file may import from its own layer and from those below it. */
const layers: readonly (readonly string[])[] = [
  [
    'src/index',
    'src/provider',
    'src/headless',
    'src/options',
    'src/purge',
    'src/pages',
    'src/testing',
    'src/remote',
    'src/resource/index',
  ],
  ['src/http'],
  ['src/endpoints'],
  ['src/interactions', 'src/clients', 'src/grants', 'src/resource'],
  ['src/tokens', 'src/policy'],
  [
    'src/records',
    'src/registration',
    'src/storage',
    'src/hooks',
    'src/views',
    'src/access',
    'src/activity',
    'src/audit',
    'src/throttle',
    'src/context',
    'src/documents',
    'src/ids',
    'src/random',
    'src/transact',
    'src/unavailable',
    'src/usage',
    'src/trail',
    'src/telemetry',
    'src/surrounded',
    'src/later',
    'src/lazily',
    'src/upon',
    'src/bounded',
  ],
  ['src/protocol'],
]

/** Beyond the layers: what each part may bring in from outside. */
const allowedPackages: Readonly<Record<string, readonly string[]>> = {
  'src/protocol': ['@noble/hashes'],
  'src/pages': ['preact', 'preact-render-to-string', 'zod'],
  'src/options': ['zod'],
  'src/policy/check': ['zod'],
  'src/throttle': ['rate-limiter-flexible'],
  src: ['@noble/hashes', 'jose'],
  'adapters/http': ['express', 'hono', 'ipaddr.js', 'next', 'grantor', 'node:'],
  'adapters/throttle': ['ioredis', 'rate-limiter-flexible', 'grantor', 'node:'],
  'adapters/storage': ['@noble/hashes', 'kysely', 'ioredis', 'grantor', 'node:'],
}

const root = resolve(import.meta.dirname, '..')

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => join(folder, file))

const code = (file: string) => readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')

const imports = (file: string): readonly string[] =>
  [...code(file).matchAll(/(?<!')\b(?:from|import)\s*\(?\s*'([\w@.][^'\s]*)'/g)].map(([, name]) => name!)

/** Those that come with the file: not the types, nor what is loaded when it is first asked for. */
const atOnce = (file: string): readonly string[] =>
  [...code(file).matchAll(/^(?:import|export)(?! type\b)[^;']*?\bfrom '([^']+)'/gm)].map(([, name]) => name!)

/** Every file and package that comes with a file. */
function comesWith(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const name of atOnce(file)) {
    if (name.startsWith('.')) comesWith(`${local(file, name)}.ts`, seen)
    else seen.add(name)
  }
  return seen
}

const local = (file: string, name: string) =>
  relative(root, resolve(root, dirname(file), name)).replace(/\.(js|tsx?)$/, '')

const isIn = (path: string, place: string) => path === place || path.startsWith(`${place}/`)

const layerOf = (path: string) => layers.findIndex((layer) => layer.some((place) => isIn(path, place)))

const allowedFor = (file: string): readonly string[] => {
  const path = file.replace(/\.tsx?$/, '')
  const place = Object.keys(allowedPackages).find((one) => isIn(path, one))
  return place === undefined ? [] : allowedPackages[place]!
}

const isPackage = (name: string, allowed: string) =>
  name === allowed || name.startsWith(allowed.endsWith(':') ? allowed : `${allowed}/`)

describe('architecture', () => {
  const source = filesBelow('src')
  const adapters = filesBelow('adapters')

  it('every source file has a place in the layers', () => {
    expect(source.filter((file) => layerOf(file.replace(/\.tsx?$/, '')) === -1)).toEqual([])
  })

  it('imports go one way, down the layers', () => {
    const upward = source.flatMap((file) =>
      imports(file)
        .filter((name) => name.startsWith('.'))
        .map((name) => local(file, name))
        .filter((path) => layerOf(path) === -1 || layerOf(path) < layerOf(file.replace(/\.tsx?$/, '')))
        .map((path) => `${file} -> ${path}`),
    )
    expect(upward).toEqual([])
  })

  it('each part brings in only the packages it is allowed', () => {
    const strangers = [...source, ...adapters].flatMap((file) =>
      imports(file)
        .filter((name) => !name.startsWith('.') && !allowedFor(file).some((allowed) => isPackage(name, allowed)))
        .map((name) => `${file} -> ${name}`),
    )
    expect(strangers).toEqual([])
  })

  it('no node: module is reachable from the core', () => {
    expect(source.filter((file) => imports(file).some((name) => name.startsWith('node:')))).toEqual([])
    const portable = ['adapters/http/hono.ts', 'adapters/http/next.ts', 'adapters/storage/memory.ts']
    expect(portable.filter((file) => imports(file).some((name) => name.startsWith('node:')))).toEqual([])
  })

  it('nor through what the core brings in of a package that has a part for Node', () => {
    const folder = 'node_modules/rate-limiter-flexible'
    const visit = (file: string, seen: Set<string>): Set<string> => {
      if (seen.has(file)) return seen
      seen.add(file)
      for (const [, name = ''] of code(file).matchAll(/\brequire\(['"]([^'"]+)['"]\)/g))
        visit(name.startsWith('.') ? `${local(file, name)}.js` : name, seen)
      return seen
    }
    const reached = visit(`${folder}/lib/RateLimiterMemory.js`, new Set())
    expect([...reached].filter((file) => !file.startsWith(folder))).toEqual([])
    expect(reached.size).toBeGreaterThan(3)
  })

  it('adapters use only what a stranger could import', () => {
    const inside = adapters.flatMap((file) =>
      imports(file)
        .filter((name) => name.startsWith('.') && !isIn(local(file, name), 'adapters'))
        .map((name) => `${file} -> ${name}`),
    )
    expect(inside).toEqual([])
  })

  it('what few requests need does not come with the rest', () => {
    const first = comesWith('src/index.ts')
    expect([...first]).toEqual(expect.arrayContaining(['src/endpoints/token.ts', 'src/resource/guard.ts']))
    const late = [
      /^(jose|ipaddr|rate-limiter)/,
      /^src\/(pages|testing|remote)\//,
      /^src\/http\/(authorize|manage|management|settings|device|interaction|page)\.ts$/,
      /^src\/endpoints\/(authorize|manage|management|device|introspection|registration|connected-apps|interaction)\b/,
      /^src\/clients\/(register|edit|dynamic|assertion|metadata-document|unused)\.ts$/,
      /^src\/grants\/(client-credentials|code-failures|device-code|replace|spent-refresh-token)\.ts$/,
      /^src\/(usage|audit\/host)\.ts$/,
      /^src\/protocol\/client-(metadata|document|keys)\.ts$/,
    ]
    expect([...first].filter((name) => late.some((one) => one.test(name)))).toEqual([])
  })

  it('what is loaded late is held to the layers as well', () => {
    expect(imports('src/http/routes.ts')).toContain('./settings.js')
    expect(atOnce('src/http/routes.ts')).not.toContain('./settings.js')
  })

  it('files can be read at one sitting', () => {
    const long = [...source, ...adapters]
      .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length }))
      .filter(({ lines }) => lines > 350)
    expect(long).toEqual([])
  })
})
