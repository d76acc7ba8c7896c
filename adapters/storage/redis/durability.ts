import type { RedisConnection } from './run.js'

/** What has to be so on a server that is the only place where grants and tokens are kept. */
const needs: Readonly<Record<string, { readonly good: readonly string[]; readonly otherwise: string }>> = {
  appendonly: {
    good: ['yes'],
    otherwise: 'a restart takes back commits, and a token that was redeemed can be redeemed again: set appendonly yes',
  },
  'maxmemory-policy': {
    good: ['noeviction'],
    otherwise: 'grants and tokens disappear when memory runs short: set maxmemory-policy noeviction',
  },
}

/** A connection of version 3 of the protocol answers with a map, an older one with names and values in turn. */
function settingOf(answer: unknown, name: string): unknown {
  if (typeof answer !== 'object' || answer === null) return null
  return Array.isArray(answer) ? answer[1] : Object.entries(answer).find(([key]) => key === name)?.[1]
}

/** Ask the server how it is set up, and warn of what would lose commits. One that does not tell is not asked again. */
export async function checkDurability(redis: RedisConnection, warn: (message: string) => void): Promise<void> {
  for (const [name, { good, otherwise }] of Object.entries(needs)) {
    const answer = await redis.config('GET', name).catch(() => null)
    const value = settingOf(answer, name)
    if (typeof value === 'string' && !good.includes(value)) warn(`redisStorage: ${name} is ${value}; ${otherwise}`)
  }
}
