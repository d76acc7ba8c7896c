import { remember } from '../bounded.js'
import type { Introspection } from '../protocol/introspection.js'
import { sha256 } from '../protocol/sha256.js'
import type { Inquiry, Inspect } from './introspector.js'

export interface CacheOptions {
  /** How many answers are kept. Default 1000. */
  readonly most?: number
  /** For how many seconds: how long a token may go on being good here after it was revoked. Default 10, at most 60; 0: not at all. */
  readonly seconds?: number
}

/** The most that a token may outlive its revocation, in seconds. */
export const longestKept = 60

/** A token that is no good may be good in a moment, where it has just been issued; what comes again at once is spared the way. */
const longestRefusal = 2

interface Kept {
  readonly answer: Introspection
  readonly until: number
}

interface Asking {
  readonly answer: Promise<Introspection>
  /** Whoever comes later asks anew. */
  readonly until: number
}

/** The token itself is not kept. A grant for all projects is another one in each, so that the project is a part of the question. */
const keyOf = ({ token, project }: Inquiry) => sha256(JSON.stringify([token, project ?? null]))

/**
 * The same answers, kept for a while and never beyond a token's own time. Whoever asks what is being asked already gets that answer too.
 * What the person holds right now is asked anew every time.
 */
export function cached(inspect: Inspect, now: () => number, { most = 1_000, seconds = 10 }: CacheOptions): Inspect {
  const kept = new Map<string, Kept>()
  const asking = new Map<string, Asking>()

  /** Counted from when it was asked: how long an answer was on its way is a part of how old it is. */
  const keep = (key: string, answer: Introspection, asked: number) => {
    const until = asked + (answer.active ? seconds : Math.min(seconds, longestRefusal))
    remember(kept, key, { answer, until: answer.active ? Math.min(until, answer.exp) : until }, most)
    return answer
  }

  const ask = (key: string, inquiry: Inquiry) => {
    const asked = now()
    const question: Asking = {
      until: asked + seconds,
      answer: inspect(inquiry)
        .then((fresh) => keep(key, fresh, asked))
        .finally(() => asking.get(key) === question && asking.delete(key)),
    }
    asking.set(key, question)
    return question.answer
  }

  return (inquiry) => {
    if (inquiry.live || seconds === 0) return inspect(inquiry)
    const key = keyOf(inquiry)
    const known = kept.get(key)
    if (known && known.until > now()) return Promise.resolve(known.answer)
    const running = asking.get(key)
    return running && running.until > now() ? running.answer : ask(key, inquiry)
  }
}
