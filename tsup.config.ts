import { defineConfig } from 'tsup'
import { together } from './scripts/together.js'

/** Adapters import the core by its public name, so that every subpath shares one copy of it. */
const external = [/^grantor(\/|$)/]

export default defineConfig([
  {
    entry: {
      index: 'src/index.ts',
      protocol: 'src/protocol/index.ts',
      resource: 'src/resource/index.ts',
      pages: 'src/pages/index.ts',
      testing: 'src/testing/index.ts',
      express: 'adapters/http/express.ts',
      hono: 'adapters/http/hono.ts',
      next: 'adapters/http/next.ts',
      node: 'adapters/http/node.ts',
      throttle: 'adapters/throttle.ts',
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
    // Checks of options use a few percent of it, and a bundler leaves out the rest. Loaded whole, it would be most of what is loaded.
    noExternal: ['zod'],
    esbuildPlugins: [together],
  },
  // The command line: for Node alone, and imported by nobody.
  { entry: { doctor: 'doctor/main.ts' }, format: ['esm'], target: 'node20', external },
])
