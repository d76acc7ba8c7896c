import type { Answer, Seed, Traffic, Wire } from './contestant.js'

/** One request of a run and what its answer leaves in the seed for the next; null where the seed is spent. */
export interface Step {
  readonly request: (seed: Seed) => Wire
  readonly next: (seed: Seed, answer: Answer) => Seed | null
}

/** A workload of one request. */
export const alone = ({ request, next }: Step): Traffic => ({
  request,
  next: (seed, answer) => ({ seed: next(seed, answer), done: true }),
})

/** A workload of several requests, one after the other. */
export function several(steps: readonly Step[]): Traffic {
  const numberOf = (seed: Seed) => Number(seed.step ?? 0)
  const stepOf = (seed: Seed): Step => {
    const step = steps[numberOf(seed)]
    if (step === undefined) throw new Error(`no step ${numberOf(seed)}`)
    return step
  }
  return {
    request: (seed) => stepOf(seed).request(seed),
    next(seed, answer) {
      const next = stepOf(seed).next(seed, answer)
      const step = numberOf(seed) + 1
      const done = step === steps.length
      return { seed: done ? null : { ...next, step }, done }
    },
  }
}
