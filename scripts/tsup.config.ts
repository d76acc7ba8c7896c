import { defineConfig } from 'tsup'

/** `grantor` is bundled from its sources by the paths in tsconfig.json, everything else is loaded. */
export default defineConfig({
  entry: { crash: 'scripts/crash.ts', 'crash-provider': 'scripts/crash/provider.ts' },
  outDir: 'scripts/dist',
  format: 'esm',
  target: 'node20',
  skipNodeModulesBundle: true,
  splitting: false,
  sourcemap: true,
})
