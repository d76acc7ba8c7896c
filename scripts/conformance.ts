import { spawn } from 'node:child_process'
import { openBrowser, signIn, siteAt } from '../test/support/browser.js'
import { startTestDemo, type TestDemo } from '../test/support/demo.js'
import { publicClient, type RegisteredClient, register } from '../test/support/flow.js'

/**
 * Run the authorization server scenarios of the MCP project's own conformance suite against the demo, for every protocol version that
 * the suite knows, with somebody who signs in and approves:
 *
 *     npm run conformance
 *
 * The suite needs Node 22, so that npx fetches that as well as the suite. The client is public: to a server that has public clients
 * at all the suite presents every client as one. Its client scenarios bring servers of their own and test clients; there is nothing of
 * a provider in them.
 */
const suite = ['-y', '-p', 'node@24', '-p', '@modelcontextprotocol/conformance@0.2.0-alpha.12', 'conformance']
const port = 48_125
const versions = ['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28']

/** What somebody does whom the suite sends to a browser. */
async function approve(demo: TestDemo, url: string): Promise<void> {
  const browser = openBrowser(siteAt(demo.issuer))
  await signIn(browser, 'alice')
  const page = await browser.open(url)
  const { url: back } = await browser.submit(page, { decision: 'approve', project: 'alpha' })
  await fetch(back)
}

function scenarios(demo: TestDemo, client: RegisteredClient, version: string): Promise<number> {
  const where = ['--url', demo.issuer, '--resource', `${demo.issuer}/mcp`, '--port', String(port)]
  const args = ['authorization', ...where, '--client-id', client.client_id, '--spec-version', version]
  const run = spawn('npx', [...suite, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  let sent = false
  run.stdout.on('data', (chunk: Buffer) => {
    printed += String(chunk)
    process.stdout.write(chunk)
    const url = /https?:\/\/\S+\/oauth\/authorize\?\S+(?=\s)/.exec(printed)?.[0]
    if (url === undefined || sent) return
    sent = true
    approve(demo, url).catch((fault: unknown) => {
      console.error(fault)
      run.kill()
    })
  })
  return new Promise((done) => run.on('exit', (code) => done(code ?? 1)))
}

const demo = await startTestDemo()
const failed: string[] = []
for (const version of versions) {
  const redirect_uris = [`http://127.0.0.1:${port}/callback`]
  const client = await register(siteAt(demo.issuer), { ...publicClient, redirect_uris })
  if ((await scenarios(demo, client, version)) !== 0) failed.push(version)
}
demo.stop()
console.log(failed.length === 0 ? 'conformance: every scenario passed' : `conformance: failed for ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
