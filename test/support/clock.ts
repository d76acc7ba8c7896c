/** A clock that stands still until it is moved. Seconds since 1970, fractions allowed. */
export interface Clock {
  readonly now: () => number
  /** Move on, or back with a negative number. */
  readonly advance: (seconds: number) => void
  readonly set: (seconds: number) => void
}

/** 2026-11-20T00:00:00Z. */
export const start = 1_795_132_800

export function fakeClock(from = start): Clock {
  let at = from
  return {
    now: () => at,
    advance: (seconds) => {
      at += seconds
    },
    set: (seconds) => {
      at = seconds
    },
  }
}
