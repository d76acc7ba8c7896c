import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAgent } from '../../src/pages/agent.js'

const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)'

describe('what a User-Agent says', () => {
  it.each([
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/140.0.0.0 Safari/537.36`, 'Chrome', 'Windows'],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/140.0.0.0 Safari/537.36 Edg/140.0`, 'Edge', 'Windows'],
    [`Mozilla/5.0 (X11; Linux x86_64) ${webkit} HeadlessChrome/140.0.0.0 Safari/537.36`, 'Chrome', 'Linux'],
    [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${webkit} Chrome/140.0.0.0 Safari/537.36`, 'Chrome', 'ChromeOS'],
    [`Mozilla/5.0 (Linux; Android 15; K) ${webkit} Chrome/140.0.0.0 Mobile Safari/537.36`, 'Chrome', 'Android'],
    ['Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0', 'Firefox', 'Linux'],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15',
      'Safari',
      'macOS',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
      'Safari',
      'iPhone',
    ],
    [
      `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Cursor/1.5.9 Chrome/138.0.0.0 Electron/37.3.1 Safari/537.36`,
      'Cursor',
      'macOS',
    ],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Code/1.104.0 Chrome/138.0.0.0 Electron/37.3.1 Safari/537.36`,
      'VS Code',
      'Windows',
    ],
    ['claude-code/1.0.30 (cli)', 'Claude Code', null],
    ['codex_cli_rs/0.42.0 (Mac OS 15.6.1; arm64) vscode/1.104.0', 'Codex', 'macOS'],
    ['node', 'Node.js', null],
    ['curl/8.5.0', 'curl', null],
    ['acme-sync/2.1 (+https://sync.example)', 'acme-sync', null],
  ])('%s', (agent, program, system) => {
    expect(readAgent(agent)).toEqual({ program, system })
  })

  it.each([
    ['our own little thing 3', 'our own little thing 3'],
    ['Mozilla/5.0 (compatible; Nothing)', 'Mozilla/5.0 (compatible; Nothing)'],
    ['constructor', 'constructor'],
    ['__proto__/1', '__proto__'],
    ['', ''],
    [`${'x'.repeat(200)}/1`, `${'x'.repeat(79)}…`],
    [`${'long '.repeat(50)}`, `${'long '.repeat(50).slice(0, 79)}…`],
    ['Cla\u202eude\u0007\u200b/1', 'Claude'],
  ])('%j is shown as it is, without what cannot be seen, and cut', (agent, program) => {
    expect(readAgent(agent).program).toBe(program)
  })

  it('never says more than fits, whatever it is told', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (agent) => {
        expect([...readAgent(agent).program].length).toBeLessThanOrEqual(80)
      }),
    )
  })
})
