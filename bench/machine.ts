import { cpus, release, totalmem, type } from 'node:os'
import { canPin } from './process.js'
import type { Machine } from './results.js'

/** Where a run was made. */
export function machine(): Machine {
  const cores = cpus()
  return {
    processor: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memory: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release().split('-')[0]}`,
    node: process.version,
    pinned: canPin,
  }
}
