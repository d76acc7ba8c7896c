import { memoryStorage } from 'grantor/storage/memory'
import { contestantOf } from './contestant.js'
import { expressHost, honoHost, nodeHost } from './hosts.js'

/** Production is where the other packages and Express are at their best, so that the word that allows it is given. */
const open = async () => ({ storage: memoryStorage({ allowInProduction: true }), close: async () => {} })

export const contestants = [
  contestantOf(
    { id: 'grantor-memory-node', title: 'Grantor, memory, node:http', packages: ['grantor'], floor: 'floor-node' },
    { host: nodeHost, open },
  ),
  contestantOf(
    {
      id: 'grantor-memory-express',
      title: 'Grantor, memory, Express',
      packages: ['grantor', 'express'],
      floor: 'floor-express',
    },
    { host: expressHost, open },
  ),
  contestantOf(
    {
      id: 'grantor-memory-hono',
      title: 'Grantor, memory, Hono',
      packages: ['grantor', 'hono', '@hono/node-server'],
      floor: 'floor-hono',
    },
    { host: honoHost, open },
  ),
]
