import { defineConfig } from 'tsup'

/** `grantor` is bundled from its sources by the paths in tsconfig.json, everything else is loaded. */
export default defineConfig({
  entry: { main: 'bench/scale/main.ts', 'provider-process': 'bench/scale/provider-process.ts' },
  outDir: 'bench/scale/dist',
  format: 'esm',
  target: 'node20',
  skipNodeModulesBundle: true,
  splitting: false,
  sourcemap: true,
})
