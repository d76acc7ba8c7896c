import { connect, type Socket } from 'node:net'
import type { Answer, Wire } from './contestant.js'

/**
 * One keep-alive connection to a server on this machine, for one request at a time. It knows as much of HTTP/1.1 as the servers here
 * say, and costs a fraction of what a whole client does: a load that takes longer than the server measures itself.
 */
export interface Connection {
  readonly send: (wire: Wire) => Promise<Answer>
  readonly close: () => void
}

const headEnd = Buffer.from('\r\n\r\n')
const none = Buffer.alloc(0)

class Received implements Answer {
  #fields: Record<string, string | string[]> | undefined

  constructor(
    readonly status: number,
    readonly head: string,
    readonly body: string,
  ) {}

  /** Read on demand: most answers are judged by their status and body. */
  get headers(): Answer['headers'] {
    this.#fields ??= fieldsOf(this.head)
    return this.#fields
  }
}

function fieldsOf(head: string): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = {}
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    const before = fields[name]
    if (name === 'set-cookie') fields[name] = [...(Array.isArray(before) ? before : []), value]
    else fields[name] = before === undefined ? value : `${String(before)}, ${value}`
  }
  return fields
}

/** The text in the chunks that begin here; null while the last one has not come. */
function chunked(bytes: Buffer, from: number): string | null {
  const chunks: Buffer[] = []
  for (let at = from; ; ) {
    const end = bytes.indexOf('\r\n', at)
    if (end === -1) return null
    const size = Number.parseInt(bytes.toString('latin1', at, end), 16)
    const begin = end + 2
    if (bytes.length < begin + size + 2) return null
    if (size === 0) return Buffer.concat(chunks).toString()
    chunks.push(bytes.subarray(begin, begin + size))
    at = begin + size + 2
  }
}

/** The answer that has come, or null while some of it is on its way. */
function readAnswer(bytes: Buffer): Received | null {
  const end = bytes.indexOf(headEnd)
  if (end === -1) return null
  const head = bytes.toString('latin1', 0, end)
  const status = Number(head.slice(9, 12))
  const begin = end + 4
  const length = /\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length !== undefined) {
    const until = begin + Number(length)
    return bytes.length < until ? null : new Received(status, head, bytes.toString('utf8', begin, until))
  }
  if (status === 204 || status === 304) return new Received(status, head, '')
  if (!/\ntransfer-encoding: *chunked/i.test(head)) throw new Error(`an answer without a length:\n${head}`)
  const body = chunked(bytes, begin)
  return body === null ? null : new Received(status, head, body)
}

function written({ method, path, headers, body }: Wire, host: string): string {
  let text = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n`
  for (const name in headers) text += `${name}: ${headers[name]}\r\n`
  if (body === undefined) return `${text}\r\n`
  return `${text}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

interface Waiting {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

export function openConnection(port: number): Connection {
  const host = `127.0.0.1:${port}`
  let socket: Socket | null = null
  let waiting: Waiting | null = null
  let received: Buffer = none

  const fail = (error: unknown) => {
    socket?.destroy()
    socket = null
    received = none
    waiting?.reject(error)
    waiting = null
  }

  const take = (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    const answer = readAnswer(received)
    if (answer === null) return
    received = none
    const { resolve } = waiting ?? { resolve: () => {} }
    waiting = null
    if (/\nconnection: *close/i.test(answer.head)) {
      socket?.destroy()
      socket = null
    }
    resolve(answer)
  }

  const open = (): Socket => {
    const opened = connect({ port, host: '127.0.0.1', noDelay: true })
    opened.on('data', (chunk: Buffer) => {
      try {
        take(chunk)
      } catch (error) {
        fail(error)
      }
    })
    opened.on('error', fail)
    opened.on('close', () => {
      if (socket === opened) fail(new Error('the server has closed the connection'))
    })
    return opened
  }

  return {
    send: (wire) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket ??= open()
        socket.write(written(wire, host))
      }),
    close() {
      socket?.destroy()
      socket = null
    },
  }
}
