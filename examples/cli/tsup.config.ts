import { defineConfig } from 'tsup'

/** One file that Node 20 runs; what it needs is loaded. */
export default defineConfig({
  entry: ['examples/cli/main.ts'],
  outDir: 'examples/cli/dist',
  format: 'esm',
  target: 'node20',
  skipNodeModulesBundle: true,
  splitting: false,
})
