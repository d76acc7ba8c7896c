/**
 * What each subpath loads at first, minified and gzipped. What is loaded when it is first asked for is not in it, and packages are
 * not, except for the part of zod that is published with the rest.
 */
const atFirst = {
  name: 'at-first',
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    )
  },
}

const modifyEsbuildConfig = (config) => ({
  ...config,
  format: 'esm',
  platform: 'neutral',
  packages: 'external',
  logLevel: 'error',
  plugins: [atFirst],
})

const entry = (name, path, limit) => ({ name, path, limit, gzip: true, modifyEsbuildConfig })

export default [
  entry('grantor, its own code', 'src/index.ts', '30 kB'),
  entry('grantor', 'dist/index.js', '38.2 kB'),
  entry('grantor/protocol', 'dist/protocol.js', '13 kB'),
  entry('grantor/resource', 'dist/resource.js', '8.2 kB'),
  entry('grantor/pages', 'dist/pages.js', '65 kB'),
  entry('grantor/express', 'dist/express.js', '2.1 kB'),
  entry('grantor/hono', 'dist/hono.js', '1 kB'),
  entry('grantor/next', 'dist/next.js', '1 kB'),
  entry('grantor/node', 'dist/node.js', '3.5 kB'),
  entry('grantor/throttle', 'dist/throttle.js', '2 kB'),
  entry('grantor/storage/memory', 'dist/storage/memory.js', '3.2 kB'),
  entry('grantor/storage/sql', 'dist/storage/sql.js', '14 kB'),
  entry('grantor/storage/redis', 'dist/storage/redis.js', '6 kB'),
]
