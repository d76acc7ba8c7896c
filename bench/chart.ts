import { type Measured, type Results, type Row, ratioOf } from './results.js'

/** A drawing of how near everybody comes to the floor: one panel for each workload, one bar for each contestant. */

const panel = { width: 440, gap: 24, label: 175, line: 18, head: 34 } as const
const columns = 2
/** Where a bar of 1, the floor, ends. */
const whole = panel.width - panel.label - 60

const style = `
  .ground { fill: #fff }
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600; font-size: 13px }
  .value { font-size: 11px }
  .own { fill: #0969da }
  .other { fill: #8c959f }
  .floor { stroke: #cf222e; stroke-dasharray: 3 3 }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 }
    text { fill: #e6edf3 }
    .own { fill: #4493f8 }
    .other { fill: #6e7681 }
    .floor { stroke: #ff7b72 }
  }`

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const escaped = (text: string) => text.replace(/[&<>]/g, (character) => entities[character] ?? '')

interface Bar {
  readonly row: Row
  readonly ratio: number
}

/** The best first. */
const barsOf = (measured: Measured): readonly Bar[] =>
  measured.rows
    .flatMap((row) => {
      const ratio = ratioOf(measured, row)
      return ratio ? [{ row, ratio: ratio.cpu }] : []
    })
    .sort((a, b) => b.ratio - a.ratio)

function barOf({ row, ratio }: Bar, index: number): string {
  const y = panel.head + index * panel.line
  const length = Math.max(1, Math.min(1.1, ratio) * whole).toFixed(1)
  const kind = row.id.startsWith('grantor-') ? 'own' : 'other'
  return `<text x="${panel.label - 8}" y="${y + 9}" text-anchor="end">${escaped(row.id)}</text>
<rect class="${kind}" x="${panel.label}" y="${y}" width="${length}" height="${panel.line - 6}" rx="2"/>
<text class="value" x="${(panel.label + Number(length) + 5).toFixed(1)}" y="${y + 9}">${ratio.toFixed(2)}</text>`
}

const heightOf = (bars: readonly Bar[]) => panel.head + bars.length * panel.line + panel.gap

function panelOf(title: string, bars: readonly Bar[], x: number, y: number): string {
  const end = panel.label + whole
  return `<g transform="translate(${x} ${y})">
<text class="title" x="${panel.label}" y="14">${escaped(title)}</text>
<line class="floor" x1="${end}" x2="${end}" y1="${panel.head - 8}" y2="${panel.head + bars.length * panel.line}"/>
${bars.map(barOf).join('\n')}
</g>`
}

export function chart({ measured }: Results): string {
  const panels = measured.map((one) => ({ title: one.title, bars: barsOf(one) })).filter(({ bars }) => bars.length > 0)
  const tops = Array.from({ length: columns }, () => 36)
  const drawn = panels.map(({ title, bars }) => {
    const column = tops.indexOf(Math.min(...tops))
    const top = tops[column] ?? 0
    tops[column] = top + heightOf(bars)
    return panelOf(title, bars, column * (panel.width + panel.gap), top)
  })
  const width = columns * panel.width + panel.gap
  const height = Math.max(...tops)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">
<title id="title">CPU per request of a bare server, divided by that of each contestant</title>
<style>${style}
</style>
<rect class="ground" width="100%" height="100%"/>
<text x="8" y="18">CPU per request of a bare server in the same framework, divided by that of each. The dashed line is the bare server.</text>
${drawn.join('\n')}
</svg>
`
}
