import { randomBytes } from 'node:crypto'
import type { Pool, PoolClient, QueryConfig } from 'pg'

/** A statement as it went over the wire, prepared under its name, and the first row it brought. */
interface Sent {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
  readonly row: Readonly<Record<string, unknown>>
}

/** What one request was about, as digests: the token that came with it, if any, and those it was answered with. */
export interface Subject {
  readonly presented: string | null
  readonly issued: readonly string[]
}

export interface Sample extends Subject {
  readonly sent: readonly Sent[]
}

/** Keeps every prepared statement of a pool. `taken` hands over those since it was last asked. */
export function recorder(pool: Pool): { readonly taken: () => readonly Sent[] } {
  let kept: Sent[] = []
  pool.on('connect', (client: PoolClient) => {
    const query = client.query.bind(client) as (...given: readonly unknown[]) => unknown
    Reflect.set(client, 'query', (...given: readonly unknown[]) => {
      const { name, text, values = [] } = given[0] as QueryConfig
      const answer = query(...given)
      if (name === undefined || !(answer instanceof Promise)) return answer
      return answer.then((result: { readonly rows: readonly Sent['row'][] }) => {
        kept.push({ name, text, values, row: result.rows[0] ?? {} })
        return result
      })
    })
  })
  return {
    taken() {
      const all = kept
      kept = []
      return all
    },
  }
}

type Source = (subject: Subject, row: Sent['row']) => unknown

/** What two requests of the same kind had in common stays; what differed is found among what they were about, or drawn. */
function sourceOf(a: Sample, b: Sample, statement: number, index: number): Source {
  const one = a.sent[statement]?.values[index]
  const other = b.sent[statement]?.values[index]
  if (one === a.presented) return ({ presented }) => presented
  const issued = typeof one === 'string' ? a.issued.indexOf(one) : -1
  if (issued !== -1) return ({ issued: digests }) => digests[issued]
  if (typeof one !== 'string' || one === other) return () => one
  const rows = [rowBefore(a, statement), rowBefore(b, statement)] as const
  const column = Object.keys(rows[0]).find((name) => rows[0][name] === one && rows[1][name] === other)
  if (column !== undefined) return (_subject, row) => row[column]
  return () => randomBytes(one.length).toString('base64url').slice(0, one.length)
}

const rowBefore = ({ sent }: Pick<Sample, 'sent'>, statement: number): Sent['row'] =>
  Object.assign({}, ...sent.slice(0, statement).map(({ row }) => row)) as Sent['row']

/**
 * The same statements again, for another request: one after the other, each prepared, with nothing between them.
 *
 * @returns the rows that were read, as one; null when one of them was not there
 */
export function replay(pool: Pool, a: Sample, b: Sample) {
  if (a.sent.map(({ name }) => name).join() !== b.sent.map(({ name }) => name).join())
    throw new Error('two requests of the same kind were not answered with the same statements')
  const steps = a.sent.map(({ name, text, values }, statement) => ({
    name,
    text,
    sources: values.map((_, index) => sourceOf(a, b, statement, index)),
  }))
  return async (subject: Subject): Promise<Sent['row'] | null> => {
    let row: Sent['row'] = {}
    for (const { name, text, sources } of steps) {
      const values = sources.map((source) => source(subject, row))
      const { rows } = await pool.query<Record<string, unknown>>({ name, text, values })
      if (rows[0] === undefined) return null
      row = { ...row, ...rows[0] }
    }
    return row
  }
}
