import { defineConfig } from 'tsup'

/** One file that Node 20 runs: `grantor` is bundled from its sources by the paths in tsconfig.json, everything else is loaded. */
export default defineConfig({
  entry: ['examples/adapter-drizzle/conformance.ts'],
  outDir: 'examples/adapter-drizzle/dist',
  format: 'esm',
  target: 'node20',
  skipNodeModulesBundle: true,
  splitting: false,
  // `node:test` has no other name.
  removeNodeProtocol: false,
})
