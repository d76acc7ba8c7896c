import { defineConfig } from 'tsup'

/** `grantor` is bundled from its sources by the paths in tsconfig.json, everything else is loaded. */
export default defineConfig({
  entry: ['bench/storage/million.ts'],
  outDir: 'bench/storage/dist',
  format: 'esm',
  target: 'node20',
  skipNodeModulesBundle: true,
  splitting: false,
})
