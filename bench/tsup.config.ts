import { defineConfig } from 'tsup'

const shared = {
  outDir: 'bench/dist',
  format: 'esm',
  target: 'node20',
  skipNodeModulesBundle: true,
} as const

export default defineConfig([
  {
    ...shared,
    entry: [
      'bench/main.ts',
      'bench/server.ts',
      'bench/load.ts',
      'bench/floors/{node,express,hono,postgres}.ts',
      'bench/grantor/{memory,on-databases}.ts',
      'bench/peers/*.ts',
      'bench/cold-start.ts',
      'bench/peers/cold-start/sample.ts',
    ],
    // Every package is loaded, and `grantor` is one: what is measured is what is published.
    tsconfig: 'bench/tsconfig.build.json',
    external: [/^grantor(\/|$)/],
    splitting: true,
    // What has been renamed would take part under both names.
    clean: ['bench/dist/{floors,grantor,peers}/**'],
  },
  // Single functions are no part of a package: they are measured as the sources have them.
  { ...shared, entry: ['bench/micro.ts'], tsconfig: 'bench/tsconfig.json', splitting: false },
])
