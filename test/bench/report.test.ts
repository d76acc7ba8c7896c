import { describe, expect, it } from 'vitest'
import { chart } from '../../bench/chart.js'
import { replaced } from '../../bench/report.js'
import { compare, type Measured, type Results, type Round, type Row } from '../../bench/results.js'
import { details, overview, targetTable } from '../../bench/tables.js'
import { targetsOf, worstOf } from '../../bench/targets.js'

const round = (cpu: number): Round => ({
  rate: 1e6 / cpu,
  cpu,
  median: 1,
  p99: 2,
  loadBusy: 0.5,
  runs: 10,
  requests: 10,
})

const row = (id: string, floor: string | null, cpu: number): Row => ({
  id,
  title: `<${id}>`,
  floor,
  versions: { [id]: '1.0.0' },
  rate: 1e6 / cpu,
  rateSpread: [1, 2],
  cpu,
  cpuSpread: [1, 2],
  median: 1,
  p99: 2,
  loadBusy: 0.5,
  requestsPerRun: 1,
  idle: 0,
  heap: 10,
  rounds: [round(cpu)],
})

const measured: Measured = {
  workload: 'refresh',
  title: 'Refresh & more',
  rows: [row('floor-node', null, 50), row('grantor-memory-node', 'floor-node', 60), row('peer', 'floor-node', 200)],
}

const results: Results = {
  date: '2026-11-21',
  machine: { processor: 'P', cores: 2, memory: 4, system: 'Linux', node: 'v20', pinned: true },
  rounds: 5,
  seconds: 1,
  connections: 16,
  measured: [measured],
}

describe('the report of the benchmark', () => {
  it('holds Grantor to its floors, and to being ahead', () => {
    const [tokens, guard, , , ahead] = targetsOf([measured])
    expect(worstOf(tokens!)).toMatchObject({ cpu: 50 / 60, least: 0.8 })
    expect(worstOf(guard!)).toBeUndefined()
    expect(worstOf(ahead!)).toMatchObject({ cpu: 200 / 60, least: 1.5 })
  })

  it('asks no more than to be ahead of a package that is near its floor', () => {
    const near = { ...measured, rows: [...measured.rows.slice(0, 2), row('peer', 'floor-node', 70)] }
    expect(worstOf(targetsOf([near])[4]!)).toMatchObject({ least: 1, cpu: 70 / 60 })
  })

  it('compares round by round, so that a slow moment of the machine hits both', () => {
    const one = { ...row('one', null, 0), rounds: [10, 100, 20].map(round) }
    const other = { ...row('other', null, 0), rounds: [20, 200, 10].map(round) }
    expect(compare(one, other)).toEqual({ cpu: 2, rate: 2 })
  })

  it('writes tables and a drawing of what was measured', () => {
    expect(overview(results)).toContain('| <grantor-memory-node> | **0.83** · 16,667/s |')
    expect(details(measured)).toContain('| <peer> | 5,000 |')
    expect(targetTable(results)).toContain('0.83 (grantor-memory-node, refresh)')
    expect(chart(results)).toContain('>grantor-memory-node</text>')
    expect(chart(results)).toContain('>0.83</text>')
    expect(chart(results)).toContain('>Refresh &amp; more</text>')
  })

  it('writes only where a page says so', () => {
    const page = 'a\n<!-- b: written by npm run bench -->\nold\n<!-- /b -->\nc'
    expect(replaced(page, 'b', 'new')).toBe('a\n<!-- b: written by npm run bench -->\n\nnew\n\n<!-- /b -->\nc')
    expect(() => replaced('a', 'b', 'new')).toThrow('no place for b')
  })
})
