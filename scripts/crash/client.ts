import type { Connection } from 'grantor/testing'

/** What clients have met so far, all of them together. */
export interface Tally {
  refreshes: number
  retries: number
  unavailable: number
  unanswered: number
  /** Refreshes that had been made although the client was not told. */
  lostAnswers: number
}

export const newTally = (): Tally => ({ refreshes: 0, retries: 0, unavailable: 0, unanswered: 0, lostAnswers: 0 })

/** A client that keeps its session whatever happens: it tries again with the newest token it was ever given. */
export interface Client {
  readonly clientId: string
  /** Every token it was given, oldest first. */
  readonly refreshTokens: readonly string[]
  readonly accessTokens: readonly string[]
  /** What it was told that it should never have been told. */
  readonly complaints: readonly string[]
  /** Refresh, and call the API with what that brought, until `stopped`; then once more, with the patience of a person. */
  readonly run: (stopped: () => boolean) => Promise<void>
}

interface Setting {
  readonly origin: string
  readonly tally: Tally
  /** Whether a refresh token has been redeemed, by the database itself. */
  readonly isRedeemed: (refreshToken: string) => Promise<boolean>
}

const patience = 5_000
const lastAttempts = 60
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Null: there was no answer. */
async function ask(url: string, init: RequestInit): Promise<{ readonly status: number; readonly text: string } | null> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(patience) })
    return { status: response.status, text: await response.text() }
  } catch {
    return null
  }
}

export function crashClient(connection: Connection, { origin, tally, isRedeemed }: Setting): Client {
  const { clientId } = connection
  const refreshTokens = [connection.refreshToken]
  const accessTokens = [connection.accessToken]
  const complaints: string[] = []
  const lost = new Set<string>()

  /** Whether it was answered, for better or worse. */
  const settle = (what: string, answer: Awaited<ReturnType<typeof ask>>): boolean => {
    if (!answer) tally.unanswered += 1
    else if (answer.status === 503) tally.unavailable += 1
    else if (answer.status !== 200) complaints.push(`${what}: ${answer.status} ${answer.text}`)
    return answer !== null && answer.status !== 503
  }

  const refresh = async (): Promise<boolean> => {
    const refresh_token = refreshTokens.at(-1) ?? ''
    const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: clientId, refresh_token })
    const answer = await ask(`${origin}/oauth/token`, { method: 'POST', body })
    if (!settle('refresh', answer)) {
      if (!lost.has(refresh_token) && (await isRedeemed(refresh_token))) {
        lost.add(refresh_token)
        tally.lostAnswers += 1
      }
      return false
    }
    if (answer?.status !== 200) return true
    const tokens = JSON.parse(answer.text) as { readonly access_token: string; readonly refresh_token: string }
    refreshTokens.push(tokens.refresh_token)
    accessTokens.push(tokens.access_token)
    tally.refreshes += 1
    return true
  }

  const call = async (): Promise<boolean> => {
    const headers = { authorization: `Bearer ${accessTokens.at(-1)}` }
    return settle('call', await ask(`${origin}/api/items`, { headers }))
  }

  const insist = async (step: () => Promise<boolean>, attempts: number): Promise<boolean> => {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      if (await step()) return true
      tally.retries += 1
      await sleep(Math.random() * 100)
    }
    return false
  }

  return {
    clientId,
    refreshTokens,
    accessTokens,
    complaints,
    async run(stopped) {
      while (!stopped() && complaints.length === 0) {
        const refreshed = await insist(refresh, 1)
        if (refreshed && Math.random() < 0.25) await insist(call, 1)
        await sleep(Math.random() * 10)
      }
      for (const [what, step] of Object.entries({ refresh, call }))
        if (!(await insist(step, lastAttempts))) complaints.push(`the last ${what} was never answered`)
    },
  }
}
