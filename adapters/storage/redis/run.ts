import { createHash } from 'node:crypto'

type Argument = string | number

/** What this storage needs of a connection. `Redis` and `Cluster` of `ioredis` have it, whatever their options. */
export interface RedisConnection {
  evalsha(digest: string, keys: number, ...args: Argument[]): Promise<unknown>
  eval(script: string, keys: number, ...args: Argument[]): Promise<unknown>
  config(action: 'GET', name: string): Promise<unknown>
  wait(replicas: number, timeout: number): Promise<number>
}

/** A script that runs by its digest, and is sent whole only to a server that has not seen it. */
export function scriptRunner(redis: RedisConnection, prefix: string) {
  return (script: string) => {
    const digest = createHash('sha1').update(script).digest('hex')
    return async (...args: readonly Argument[]): Promise<unknown> => {
      try {
        return await redis.evalsha(digest, 1, prefix, ...args)
      } catch (fault) {
        if (!String(fault).includes('NOSCRIPT')) throw fault
        return redis.eval(script, 1, prefix, ...args)
      }
    }
  }
}
