import { connect } from 'node:net'

export interface Answer {
  readonly status: number
  readonly body: string
}

/** One connection that is kept, with one request on it at a time. Cheap, so that whoever asks is not what is measured. */
export interface Line {
  /** The answer; null when the connection was lost or hung up before there was one. */
  readonly send: (request: string) => Promise<Answer | null>
  readonly hangUp: () => void
  readonly isOpen: () => boolean
}

const headEnd = '\r\n\r\n'

/** The answer at the beginning of what has come so far; null while there is more to come. */
function readAnswer(text: string): Answer | null {
  const end = text.indexOf(headEnd)
  if (end === -1) return null
  const head = text.slice(0, end).toLowerCase()
  const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1]
  if (length === undefined) throw new Error(`an answer without a length: ${head}`)
  const body = text.slice(end + headEnd.length)
  // Answers are ASCII, so that characters are bytes.
  return body.length < Number(length) ? null : { status: Number(head.slice(9, 12)), body }
}

export function openLine(port: number): Line {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  socket.setEncoding('latin1')
  let open = true
  let text = ''
  let settle: ((answer: Answer | null) => void) | null = null
  const finish = (answer: Answer | null) => {
    const waiting = settle
    settle = null
    text = ''
    waiting?.(answer)
  }
  socket.on('data', (chunk: string) => {
    text += chunk
    const answer = readAnswer(text)
    if (answer) finish(answer)
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    open = false
    finish(null)
  })
  return {
    send: (request) =>
      new Promise((resolve) => {
        if (!open) return resolve(null)
        settle = resolve
        socket.write(request)
      }),
    hangUp: () => socket.destroy(),
    isOpen: () => open,
  }
}

export const get = (path: string, accessToken: string): string =>
  `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${accessToken}\r\n\r\n`

export function post(path: string, form: Readonly<Record<string, string>>): string {
  const body = new URLSearchParams(form).toString()
  const type = 'content-type: application/x-www-form-urlencoded'
  return `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}
