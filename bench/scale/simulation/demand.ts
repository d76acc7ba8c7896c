/** A provider and what is asked of it. Durations are seconds, as in its options. */
export interface World {
  readonly grants: number
  readonly clients: number
  /** The part of all grants that is used on a day, and for how many seconds of it. */
  readonly activeADay: number
  readonly activeSeconds: number
  /** New grants a day, as a part of all. */
  readonly connectedADay: number
  /** How much more is written in the busiest hour than in the middle. */
  readonly peak: number
  readonly lifetimes: { readonly accessToken: number; readonly refreshToken: number }
  /** As `retention`; events are kept so long. */
  readonly retention: { readonly expired: number; readonly events: number }
}

export interface Demand {
  readonly refreshesADay: number
  /** In the busiest hour. */
  readonly refreshesPerSecond: number
  /** Access tokens, spent refresh tokens and live ones, codes and interactions. */
  readonly rows: Readonly<
    Record<'grants' | 'grant_projects' | 'tokens' | 'events' | 'uses' | 'usage' | 'clients', number>
  >
  readonly spentRefreshTokens: number
  /** Rows that a purge has to delete a second, on average, for there not to be more every day. */
  readonly purgedPerSecond: number
}

const day = 86_400

/** What there is once as much goes as comes: nobody has more of it the longer they wait. */
export function demandOf(world: World): Demand {
  const { grants, clients, lifetimes, retention } = world
  const refreshesADay = grants * world.activeADay * Math.ceil(world.activeSeconds / lifetimes.accessToken)
  const connectsADay = grants * world.connectedADay
  const kept = (perDay: number, seconds: number) => (perDay * seconds) / day
  const issuedADay = refreshesADay + connectsADay
  const spentRefreshTokens = kept(refreshesADay, lifetimes.refreshToken + retention.expired)
  const accessTokens = kept(issuedADay, lifetimes.accessToken + retention.expired)
  // A code and the interaction that led to it: over in minutes, and kept as what is over is.
  const rest = 2 * kept(connectsADay, retention.expired)
  const events = kept(refreshesADay + 2 * connectsADay, retention.events)
  const usage = kept(clients, retention.events)
  return {
    refreshesADay,
    refreshesPerSecond: (refreshesADay / day) * world.peak,
    rows: {
      grants,
      grant_projects: grants,
      tokens: accessTokens + spentRefreshTokens + grants + rest,
      events,
      uses: accessTokens + grants + clients,
      usage,
      clients,
    },
    spentRefreshTokens,
    purgedPerSecond: (refreshesADay * 3 + connectsADay * 5 + clients) / day,
  }
}
