import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { createApp as createExpressApp } from './sdk-1.js'
import { createApp as createHonoApp } from './server-2.js'

const port = Number(process.env.PORT ?? 3000)
const issuer = `http://127.0.0.1:${port}`
const listener = process.argv.includes('--sdk-1')
  ? createExpressApp(issuer)
  : getRequestListener(createHonoApp(issuer).fetch)

createServer(listener).listen(port, '127.0.0.1', () => console.log(`MCP server at ${issuer}/mcp`))
