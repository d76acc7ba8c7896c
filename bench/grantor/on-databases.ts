import { contestantOf } from './contestant.js'
import { nodeHost } from './hosts.js'
import { openPostgres, openRedis, openSqlite } from './storages.js'

export const contestants = [
  contestantOf(
    {
      id: 'grantor-sqlite',
      title: 'Grantor, SQLite, node:http',
      packages: ['grantor', 'kysely', 'libsql'],
      floor: 'floor-node',
    },
    { host: nodeHost, open: openSqlite },
  ),
  contestantOf(
    {
      id: 'grantor-postgres',
      title: 'Grantor, PostgreSQL, node:http',
      packages: ['grantor', 'kysely', 'pg'],
      floor: 'floor-postgres',
    },
    { host: nodeHost, open: openPostgres },
  ),
  contestantOf(
    {
      id: 'grantor-redis',
      title: 'Grantor, Redis, node:http',
      packages: ['grantor', 'ioredis'],
      floor: 'floor-node',
    },
    { host: nodeHost, open: openRedis },
  ),
]
