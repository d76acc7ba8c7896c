/** Numbers from 0 up to 1, the same ones for the same seed. */
export type Random = () => number

/** Mulberry32: 32 bits of state are plenty for some millions of draws, and it is the same on every machine. */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** How long until the next of things that happen so many times a second, each when it likes. */
export const gap = (random: Random, perSecond: number): number => -Math.log(1 - random()) / perSecond

/**
 * Ranks from 1 to `count`, where the one of rank k comes up as often as 1 / k^exponent says. By inversion of the integral, with the
 * first ranks corrected by rejection (Hörmann and Derflinger, 1996), so that a draw takes the same time whatever the count.
 */
export function zipf(random: Random, count: number, exponent: number): () => number {
  const flat = Math.abs(1 - exponent) < 1e-9
  const weight = (x: number) => x ** -exponent
  const integral = (x: number) => (flat ? Math.log(x) : (x ** (1 - exponent) - 1) / (1 - exponent))
  const inverse = (y: number) => (flat ? Math.exp(y) : (1 + y * (1 - exponent)) ** (1 / (1 - exponent)))
  const low = integral(1.5) - 1
  const high = integral(count + 0.5)
  // So far below a rank nothing need be reckoned: it would be taken anyway.
  const sure = 2 - inverse(integral(2.5) - weight(2))
  return () => {
    for (;;) {
      const y = high + random() * (low - high)
      const x = inverse(y)
      const rank = Math.min(count, Math.max(1, Math.round(x)))
      if (rank - x <= sure || y >= integral(rank + 0.5) - weight(rank)) return rank
    }
  }
}
