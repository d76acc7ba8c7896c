import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  resolve: {
    alias: [
      { find: /^grantor$/, replacement: here('./src/index.ts') },
      { find: /^grantor\/storage\/(.*)$/, replacement: here('./adapters/storage/$1.ts') },
      { find: /^grantor\/(express|hono|next|node)$/, replacement: here('./adapters/http/$1.ts') },
      { find: /^grantor\/(.*)$/, replacement: here('./src/$1/index.ts') },
    ],
  },
  test: {
    globalSetup: ['./test/support/databases.setup.ts'],
    include: ['test/**/*.test.{ts,tsx}'],
    reporters: ['default', './test/support/closing-line.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
})
