import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** What is used of esbuild's plugins. */
interface Build {
  onLoad(
    options: { readonly filter: RegExp },
    load: (file: { readonly path: string }) => { readonly contents: string; readonly loader: 'ts' } | undefined,
  ): void
}

const src = resolve('src')

/** Every file that is loaded when it is first asked for. */
function loadedLate(): ReadonlySet<string> {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file))
  const late = files.flatMap((file) =>
    [...readFileSync(join(src, file), 'utf8').matchAll(/(?<!typeof )\bimport\('(\.[^']+)\.js'\)/g)].map(
      ([, name = '']) => resolve(src, file, '..', `${name}.ts`),
    ),
  )
  return new Set(late)
}

/**
 * Keeps what is loaded at first in few files. A bundler puts into one file what the same entries need, and each part that is loaded late
 * is an entry that needs something else: dozens of small files, each of which takes time to open. Here every such part needs all of what is
 * loaded at first, which by then is there.
 */
export const together = {
  name: 'together',
  setup(build: Build): void {
    const late = loadedLate()
    build.onLoad({ filter: /\.ts$/ }, ({ path }) =>
      late.has(path)
        ? {
            contents: `${readFileSync(path, 'utf8')}\nexport { createProvider as loadedAtFirst } from '${join(src, 'provider.ts')}'\n`,
            loader: 'ts',
          }
        : undefined,
    )
  },
}
