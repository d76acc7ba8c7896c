import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  resolve: {
    alias: [
      { find: /^grantor$/, replacement: here('./src/index.ts') },
      { find: /^grantor\/storage\/(.*)$/, replacement: here('./adapters/storage/$1.ts') },
      { find: /^grantor\/(express|hono|next|node)$/, replacement: here('./adapters/http/$1.ts') },
      { find: /^grantor\/throttle$/, replacement: here('./adapters/throttle.ts') },
      { find: /^grantor\/(.*)$/, replacement: here('./src/$1/index.ts') },
    ],
  },
  test: {
    globalSetup: ['./test/support/databases.setup.ts'],
    include: ['test/**/*.test.{ts,tsx}'],
    reporters: ['default', './test/support/closing-line.ts'],
    // Much of the time is spent waiting for databases and browsers, so that two share even the smallest machine well.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Long enough for a machine that has much else to do. What has a limit of its own says so itself.
    testTimeout: 60_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 20_000 } },
  },
})
