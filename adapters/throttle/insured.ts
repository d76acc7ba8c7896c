import type { Counter } from 'grantor'

export interface Insurance {
  /** For how many milliseconds an answer is waited for. */
  readonly patience: number
  readonly warn: (message: string, error: unknown) => void
}

/** After a fault the server is left alone for so long, so that its clients do not wait for it one after the other. */
const restMs = 5_000

function within<T>(patience: number, answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${patience} ms`)), patience)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

/** A counter that another one stands in for while it does not answer: a limit must not be what brings a provider down. */
export function insured(count: Counter, spare: Counter, { patience, warn }: Insurance): Counter {
  let restUntil = 0
  return async (key, seconds) => {
    if (Date.now() < restUntil) return spare(key, seconds)
    try {
      return await within(patience, count(key, seconds))
    } catch (error) {
      restUntil = Date.now() + restMs
      warn('throttle: the server does not answer, so this process counts by itself', error)
      return spare(key, seconds)
    }
  }
}
