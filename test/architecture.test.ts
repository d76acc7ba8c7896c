import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Layers from the top down. A file may import from its own layer and from those below it. */
const layers: readonly (readonly string[])[] = [
  ['src/index', 'src/provider', 'src/headless', 'src/options', 'src/purge', 'src/pages', 'src/testing'],
  ['src/http'],
  ['src/endpoints'],
  ['src/interactions', 'src/clients', 'src/grants', 'src/resource'],
  ['src/tokens', 'src/policy'],
  [
    'src/records',
    'src/storage',
    'src/hooks',
    'src/views',
    'src/access',
    'src/context',
    'src/ids',
    'src/transact',
    'src/unavailable',
  ],
  ['src/protocol'],
]

/** Beyond the layers: what each part may bring in from outside. */
const allowedPackages: Readonly<Record<string, readonly string[]>> = {
  'src/protocol': ['@noble/hashes'],
  'src/pages': ['preact', 'preact-render-to-string', 'zod'],
  'src/options': ['zod'],
  'src/policy/client': ['zod'],
  'src/testing': ['@noble/hashes'],
  src: ['@noble/hashes', 'jose'],
  'adapters/http': ['express', 'hono', 'next', 'grantor', 'node:'],
  'adapters/storage': ['@noble/hashes', 'kysely', 'ioredis', 'grantor', 'node:'],
}

const root = resolve(import.meta.dirname, '..')

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => join(folder, file))

const code = (file: string) => readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')

const imports = (file: string): readonly string[] =>
  [...code(file).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(([, name]) => name!)

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

  it('adapters use only what a stranger could import', () => {
    const inside = adapters.flatMap((file) =>
      imports(file)
        .filter((name) => name.startsWith('.') && !isIn(local(file, name), 'adapters'))
        .map((name) => `${file} -> ${name}`),
    )
    expect(inside).toEqual([])
  })

  it('files can be read at one sitting', () => {
    const long = [...source, ...adapters]
      .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length }))
      .filter(({ lines }) => lines > 350)
    expect(long).toEqual([])
  })
})
