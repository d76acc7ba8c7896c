import { createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { openConnection } from '../../bench/connection.js'
import { latencies, medianOf } from '../../bench/latencies.js'
import { get, locationOf } from '../../bench/wires.js'

const ends: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

/** A server that answers each request with the next of these, in as many pieces. */
async function answering(...answers: readonly (readonly string[])[]) {
  const left = [...answers]
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.setNoDelay()
    socket.on('data', async () => {
      for (const piece of left.shift() ?? []) {
        await new Promise((resolve) => {
          socket.write(piece, resolve)
        })
        await new Promise(setImmediate)
      }
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const connection = openConnection(typeof address === 'object' && address ? address.port : 0)
  ends.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve())
      }),
    () => {
      connection.close()
      for (const socket of sockets) socket.destroy()
    },
  )
  return { send: () => connection.send(get('/')), connections: () => sockets.length }
}

describe('the connection of the load', () => {
  it('reads an answer with a length, in one piece or several', async () => {
    const { send } = await answering(
      ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhéll'],
      ['HTTP/1.1 201 Created\r\nContent-', 'Length: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\nh', 'i'],
    )
    expect(await send()).toMatchObject({ status: 200, body: 'héll' })
    const second = await send()
    expect(second).toMatchObject({ status: 201, body: 'hi' })
    expect(second.headers['set-cookie']).toEqual(['a=1', 'b=2'])
  })

  it('reads an answer in chunks, and one without a body', async () => {
    const { send, connections } = await answering(
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n', '2\r\nde\r\n0\r\n\r\n'],
      ['HTTP/1.1 204 No Content\r\n\r\n'],
      ['HTTP/1.1 303 See Other\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n'],
    )
    expect(await send()).toMatchObject({ status: 200, body: 'abcde' })
    expect(await send()).toMatchObject({ status: 204, body: '' })
    expect(locationOf(await send())).toBe('/next')
    expect(connections()).toBe(1)
  })

  it('opens another one when the server has said that it closes this one', async () => {
    const { send, connections } = await answering(
      ['HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na'],
      ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb'],
    )
    expect([(await send()).body, (await send()).body]).toEqual(['a', 'b'])
    expect(connections()).toBe(2)
  })

  it('fails when it cannot tell where an answer ends', async () => {
    const { send } = await answering(['HTTP/1.1 200 OK\r\n\r\nabc'])
    await expect(send()).rejects.toThrow('without a length')
  })
})

describe('what the load remembers', () => {
  it('finds the median and the worst of many', () => {
    const taken = latencies()
    for (let value = 20_000; value > 0; value -= 1) taken.add(value)
    expect(taken.summary()).toEqual({ count: 20_000, median: 10_001, p99: 19_801 })
    expect([medianOf([3, 1, 2]), medianOf([4, 1, 2, 3])]).toEqual([2, 2.5])
  })
})
