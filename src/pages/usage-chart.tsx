import type { JSX } from 'preact'
import type { Usage } from '../storage.js'
import type { Words } from './words.js'

interface ChartProps {
  readonly usage: readonly Usage[]
  /** The first and the last day shown, in whole days since 1970-01-01, UTC. */
  readonly days: { readonly from: number; readonly to: number }
  readonly words: Words
}

/** One day, all accounts together. */
interface Day {
  readonly day: number
  readonly requests: number
  readonly refused: number
}

const secondsPerDay = 86_400
/** Units of the drawing, which is stretched to the room there is. */
const height = 100
const barWidth = 0.72
/** What was there at all can be seen. */
const leastHeight = 1.5

const total = ({ requests, refused }: Omit<Day, 'day'>) => requests + refused

function daysOf({ usage, days: { from, to } }: ChartProps): readonly Day[] {
  const sums = new Map<number, Day>()
  for (const { day, requests, refused } of usage) {
    const before = sums.get(day) ?? { day, requests: 0, refused: 0 }
    sums.set(day, { day, requests: before.requests + requests, refused: before.refused + refused })
  }
  const count = Math.max(0, to - from + 1)
  return Array.from({ length: count }, (_, index) => {
    const day = from + index
    return sums.get(day) ?? { day, requests: 0, refused: 0 }
  })
}

const date = (words: Words, day: number) => words.date(day * secondsPerDay)

function Bar({ one, at, most }: { one: Day; at: number; most: number }): JSX.Element {
  // What is left at the top is for a bar of the least height upon another.
  const scaled = (count: number) => (count === 0 ? 0 : Math.max(leastHeight, (count / most) * (height - leastHeight)))
  const [requests, refused] = [scaled(one.requests), scaled(one.refused)]
  const x = at + (1 - barWidth) / 2
  return (
    <>
      {requests > 0 && <rect class="passed" x={x} y={height - requests} width={barWidth} height={requests} />}
      {refused > 0 && <rect class="refused" x={x} y={height - requests - refused} width={barWidth} height={refused} />}
    </>
  )
}

/** Days run with the text. */
function Bars({ days, most, words }: { days: readonly Day[]; most: number; words: Words }): JSX.Element {
  const place = (index: number) => (words.direction === 'rtl' ? days.length - 1 - index : index)
  return (
    <g>
      {days.map((one, index) => (
        <Bar key={one.day} one={one} at={place(index)} most={most} />
      ))}
    </g>
  )
}

function Table({ days, title, words }: { days: readonly Day[]; title: string; words: Words }): JSX.Element {
  return (
    <details class="technical">
      <summary>{words.text('usage.table')}</summary>
      <table class="figures">
        <caption class="unseen">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{words.text('usage.day')}</th>
            <th scope="col">{words.text('usage.passed')}</th>
            <th scope="col">{words.text('usage.refused')}</th>
          </tr>
        </thead>
        <tbody>
          {days.map(({ day, requests, refused }) => (
            <tr key={day}>
              <th scope="row">{date(words, day)}</th>
              <td>{words.number(requests)}</td>
              <td>{words.number(refused)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

/** How much a client did, day by day: drawn on the server, told in words, and as a table for those who want the numbers. */
export function UsageChart(props: ChartProps): JSX.Element {
  const { words } = props
  const days = daysOf(props)
  const used = days.filter((one) => total(one) > 0)
  const busiest = [...used].sort((one, other) => total(other) - total(one))[0]
  const [first, last] = [days[0], days.at(-1)]
  if (!busiest || !first || !last) return <p class="hint">{words.text('usage.none')}</p>
  const sum = (name: 'requests' | 'refused') => words.number(used.reduce((so, one) => so + one[name], 0))
  const span = { from: date(words, first.day), to: date(words, last.day) }
  const title = words.text('usage.title', span)
  const most = { date: date(words, busiest.day), count: words.number(total(busiest)) }
  return (
    <figure class="chart">
      <svg
        viewBox={`0 0 ${days.length} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-labelledby="usage-title"
        aria-describedby="usage-most"
      >
        <title id="usage-title">{title}</title>
        <desc id="usage-most">{words.text('usage.busiest', most)}</desc>
        <Bars days={days} most={total(busiest)} words={words} />
      </svg>
      <p class="ends hint" aria-hidden="true">
        <span>{span.from}</span>
        <span>{span.to}</span>
      </p>
      <figcaption>
        <ul class="legend">
          <li class="passed">{words.text('usage.passed.total', { count: sum('requests') })}</li>
          <li class="refused">{words.text('usage.refused.total', { count: sum('refused') })}</li>
        </ul>
        <p class="hint">{words.text('usage.busiest', most)}</p>
      </figcaption>
      <Table days={used.toReversed()} title={title} words={words} />
    </figure>
  )
}
