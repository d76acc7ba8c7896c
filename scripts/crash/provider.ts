import { createServer } from 'node:http'
import { sendHttpResponse, toHttpRequest } from 'grantor/node'
import { boxed } from 'grantor/testing'
import { openStorage, type Place } from './databases.js'

/** The process that is made to suffer: a provider with an API, over HTTP. It ends when its parent hangs up. */
const { port, ...place } = JSON.parse(process.argv[2] ?? '{}') as Place & { readonly port: number }

/** The clock of a box stands still unless it is told the time. */
const clock = {
  get now() {
    return Math.floor(Date.now() / 1000)
  },
}
const { storage } = openStorage(place)
const { provider } = boxed(storage, { clock })
const guard = provider.guard({ scope: 'items:write', project: () => 'alpha' })
const host = new Request(provider.issuer)

const server = createServer(async (incoming, response) => {
  const request = toHttpRequest(incoming)
  const answer = await provider.handle(request, host)
  if (answer) return sendHttpResponse(response, answer)
  const result = await guard(request, host)
  if (!result.ok) return sendHttpResponse(response, result.response)
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result.access))
})

process.once('disconnect', () => process.exit(0))
server.listen(port, '127.0.0.1', () => process.send?.('listening'))
