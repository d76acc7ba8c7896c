import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, type Line, openLine } from './wire.js'

/** A request, and what becomes of its answer: null when there was none in time. */
export interface Task {
  readonly request: string
  readonly settle: (answer: Answer | null) => void
}

/** Gives the next request; null when there is none to send right now. */
export type Source = () => Task | null

export interface Figures {
  /** Answered with 200. */
  readonly good: number
  /** Answered with 503 or 429. */
  readonly shed: number
  /** Not answered in time. */
  readonly lost: number
  /** Not sent, because too many were under way. */
  readonly unsent: number
  /** Milliseconds from when each good one was due. */
  readonly p50: number
  readonly p99: number
  /** The same for those that were turned away. */
  readonly shedP99: number
  readonly goodPerSecond: number
}

/** The value below which so large a part of the numbers is; they are sorted in place. */
export function quantile(numbers: number[], part: number): number {
  numbers.sort((a, b) => a - b)
  return numbers[Math.min(numbers.length - 1, Math.floor(numbers.length * part))] ?? 0
}

const round = (milliseconds: number) => Math.round(milliseconds * 100) / 100

function tally() {
  const good: number[] = []
  const shed: number[] = []
  let [lost, unsent] = [0, 0]
  return {
    settle(answer: Answer | null, latency: number) {
      if (answer === null) lost += 1
      else if (answer.status === 200) good.push(latency)
      else if (answer.status === 503 || answer.status === 429) shed.push(latency)
      else throw new Error(`answered ${answer.status}: ${answer.body}`)
    },
    skip: () => {
      unsent += 1
    },
    figures: (seconds: number): Figures => ({
      good: good.length,
      shed: shed.length,
      lost,
      unsent,
      p50: round(quantile(good, 0.5)),
      p99: round(quantile(good, 0.99)),
      shedP99: round(quantile(shed, 0.99)),
      goodPerSecond: Math.round(good.length / seconds),
    }),
  }
}

/** As many requests as go in so many seconds, or so many, each connection sending its next when it has its answer. */
export async function closedLoop(
  ports: readonly number[],
  source: Source,
  { connections, ...until }: { readonly connections: number; readonly seconds?: number; readonly requests?: number },
): Promise<Figures> {
  const { settle, figures } = tally()
  const started = performance.now()
  const end = started + (until.seconds ?? Number.POSITIVE_INFINITY) * 1000
  let left = until.requests ?? Number.POSITIVE_INFINITY
  const work = async (_: unknown, index: number) => {
    const line = openLine(ports[index % ports.length] ?? 0)
    while (performance.now() < end && left > 0) {
      left -= 1
      const task = source()
      if (!task) throw new Error('there are more connections than things to ask')
      const sent = performance.now()
      const answer = await line.send(task.request)
      task.settle(answer)
      settle(answer, performance.now() - sent)
    }
    line.hangUp()
  }
  await Promise.all(Array.from({ length: connections }, work))
  return figures((performance.now() - started) / 1000)
}

interface Flight {
  readonly line: Line
  readonly until: number
  readonly answered: Promise<void>
  done: boolean
}

/**
 * So many requests a second, whether or not those before are answered, as the world sends them. Whoever has waited too long hangs up.
 */
export async function openLoop(
  port: number,
  source: Source,
  options: {
    readonly rate: number
    readonly seconds: number
    readonly patienceMs: number
    readonly mostConnections: number
  },
): Promise<Figures> {
  const { rate, seconds, patienceMs, mostConnections } = options
  const { settle, skip, figures } = tally()
  const idle: Line[] = []
  const flights: Flight[] = []
  let [under, oldest] = [0, 0]

  const idleLine = (): Line => {
    for (let line = idle.pop(); line; line = idle.pop()) if (line.isOpen()) return line
    return openLine(port)
  }
  const launch = (due: number) => {
    const task = under < mostConnections ? source() : null
    if (!task) return skip()
    const line = idleLine()
    const fly = async () => {
      const answer = await line.send(task.request)
      flight.done = true
      under -= 1
      if (answer) idle.push(line)
      task.settle(answer)
      settle(answer, performance.now() - due)
    }
    under += 1
    const flight: Flight = { line, until: due + patienceMs, answered: fly(), done: false }
    flights.push(flight)
  }
  const giveUp = () => {
    const at = performance.now()
    for (; oldest < flights.length; oldest += 1) {
      const flight = flights[oldest]
      if (!flight || (!flight.done && flight.until > at)) break
      if (!flight.done) flight.line.hangUp()
    }
  }

  const started = performance.now()
  const total = Math.floor(rate * seconds)
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.floor(((performance.now() - started) / 1000) * rate))
    for (; sent < due; sent += 1) launch(started + (sent / rate) * 1000)
    giveUp()
    await sleep(1)
  }
  const sweep = setInterval(giveUp, 5)
  await Promise.all(flights.map(({ answered }) => answered))
  clearInterval(sweep)
  for (const line of idle) line.hangUp()
  return figures(seconds)
}
