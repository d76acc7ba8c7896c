import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['examples/mcp-server/main.ts'],
  outDir: 'examples/mcp-server/dist',
  format: 'esm',
  target: 'node20',
  skipNodeModulesBundle: true,
  splitting: false,
})
