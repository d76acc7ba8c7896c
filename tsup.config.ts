import { defineConfig } from 'tsup'

/** Adapters import the core by its public name, so that every subpath shares one copy of it. */
const external = [/^grantor(\/|$)/]

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    protocol: 'src/protocol/index.ts',
    pages: 'src/pages/index.ts',
    testing: 'src/testing/index.ts',
    express: 'adapters/http/express.ts',
    hono: 'adapters/http/hono.ts',
    next: 'adapters/http/next.ts',
    node: 'adapters/http/node.ts',
    'storage/memory': 'adapters/storage/memory.ts',
    'storage/sql': 'adapters/storage/sql.ts',
    'storage/redis': 'adapters/storage/redis.ts',
  },
  format: ['esm', 'cjs'],
  target: 'node20',
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  splitting: true,
  sourcemap: true,
  clean: true,
  external,
})
