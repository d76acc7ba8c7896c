import { fileURLToPath } from 'node:url'
import type { AuditEvent } from 'grantor'
import { sampleEvent } from 'grantor/testing'
import { build } from 'tsup'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { type Engine, engines } from '../../scripts/crash/databases.js'
import { type CrashOptions, crash } from '../../scripts/crash/run.js'
import { isClean, type Story, verify } from '../../scripts/crash/verify.js'
import { digest } from '../../src/tokens/format.js'

const repository = fileURLToPath(new URL('../../', import.meta.url))
const program = `${repository}scripts/dist/crash-provider.js`

const urls: Readonly<Record<Engine, string | null>> = inject('databaseServers')
const here = engines.flatMap((engine) => {
  const url = urls[engine]
  return url === null ? [] : [{ engine, url }]
})

beforeAll(() => build({ config: `${repository}scripts/tsup.config.ts`, silent: true }))

describe.each(here)('$engine', { timeout: 180_000 }, (place) => {
  const usual = { ...place, seconds: 2, clients: 8, program }

  it('REF-19 nobody loses a session, forks a grant or tears a commit while connections are killed', async () => {
    const enough: CrashOptions['enough'] = ({ killed, refreshes }) => killed > 5 && refreshes > usual.clients
    const report = await crash({ ...usual, killProcess: false, enough })
    expect(report.violations.examples).toEqual([])
    expect(report.killedConnections).toBeGreaterThan(5)
    expect(report.refreshes).toBeGreaterThan(report.clients)
  })

  it('REF-19 nor while the process is killed', async () => {
    const enough: CrashOptions['enough'] = ({ killed, unanswered, refreshes }) =>
      killed > 0 && unanswered > 0 && refreshes > usual.clients
    const report = await crash({ ...usual, killProcess: true, enough })
    expect(report.violations.examples).toEqual([])
    expect(report.killedProcesses).toBeGreaterThan(0)
    expect(report.unanswered).toBeGreaterThan(0)
    expect(report.refreshes).toBeGreaterThan(report.clients)
  })
})

describe('what a crash would leave behind is seen', () => {
  const now = 1_000
  const stored = (kind: 'access_token' | 'refresh_token', secret: string, redeemed = false) => ({
    digest: digest(kind, secret),
    kind,
    grantId: 'g',
    redeemed,
    expiresAt: now + 60,
  })
  const issued = (): AuditEvent => sampleEvent({ type: 'token.issued' })
  const whole: Story = {
    clientId: 'c',
    refreshTokens: ['r1', 'r2'],
    accessTokens: ['a1', 'a2'],
    complaints: [],
    stored: [
      stored('refresh_token', 'r1', true),
      stored('refresh_token', 'r2'),
      stored('access_token', 'a1'),
      stored('access_token', 'a2'),
    ],
    events: [issued(), issued()],
  }
  const judged = (parts: Partial<Story>) => verify([{ ...whole, ...parts }], now)
  const without = (index: number) => whole.stored.filter((_, at) => at !== index)

  it('as nothing, where nothing was lost', () => {
    const violations = judged({})
    expect(isClean(violations)).toBe(true)
    expect(violations.examples).toEqual([])
  })

  it.each<[string, Partial<Story>, object]>([
    ['a session', { complaints: ['refresh: 400'] }, { lostSessions: 1, tornCommits: 0 }],
    ['a successor that is not there', { stored: without(1), events: [issued()] }, { tornCommits: 1, forkedGrants: 1 }],
    ['an access token that is not there', { stored: without(3) }, { tornCommits: 1 }],
    [
      'a redemption that is not there',
      { stored: [stored('refresh_token', 'r1'), ...without(0)] },
      { tornCommits: 1, forkedGrants: 1 },
    ],
    [
      'a second successor',
      { stored: [...whole.stored, stored('refresh_token', 'r3')], events: [issued(), issued(), issued()] },
      { tornCommits: 1, forkedGrants: 1 },
    ],
    ['an event that is not there', { events: [issued()] }, { missingEvents: 1 }],
    ['an event too many', { events: [issued(), issued(), issued()] }, { doubleEvents: 1 }],
    [
      'a reuse that was none',
      { events: [...whole.events, sampleEvent({ type: 'refresh_token.reused' })] },
      { unexpectedEvents: 1 },
    ],
  ])('as %s', (_, parts, expected) => {
    const violations = judged(parts)
    expect(violations).toMatchObject(expected)
    expect(isClean(violations)).toBe(false)
  })
})
