import { createServer } from 'node:http'
import { memoryStorage } from 'grantor/storage/memory'
import { afterAll, expect, it } from 'vitest'
import { createDemo } from '../../examples/demo/app.js'
import { listen } from '../flows/support/app.js'

const closing: (() => void)[] = []
afterAll(() => {
  for (const close of closing) close()
})

async function registerTwelve(throttle: boolean): Promise<readonly number[]> {
  const server = createServer()
  const issuer = await listen(server)
  const { app } = createDemo({ issuer, storage: memoryStorage(), throttle })
  server.on('request', app)
  closing.push(() => server.close())
  const statuses: number[] = []
  for (let n = 0; n < 12; n += 1) {
    const body = JSON.stringify({ redirect_uris: ['http://127.0.0.1/'], token_endpoint_auth_method: 'none' })
    const headers = { 'content-type': 'application/json' }
    statuses.push((await fetch(`${issuer}/oauth/register`, { method: 'POST', headers, body })).status)
  }
  return statuses
}

it('DCR-19 counts by address, as any host would', async () => {
  expect(await registerTwelve(true)).toEqual([...Array(10).fill(201), 429, 429])
})

it('counts nothing with DEMO_THROTTLE=off', async () => {
  expect(await registerTwelve(false)).toEqual(Array(12).fill(201))
})
