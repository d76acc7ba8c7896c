import { defineConfig } from 'tsup'

/** One file, in about a second: `grantor` is bundled from its sources by the paths in tsconfig.json, everything else is loaded. */
export default defineConfig({
  entry: ['examples/demo/main.ts'],
  outDir: 'examples/demo/dist',
  format: 'esm',
  target: 'node20',
  skipNodeModulesBundle: true,
  splitting: false,
  sourcemap: true,
})
