import { CompiledQuery, type Kysely } from 'kysely'
import { dialects } from './many-clients.js'

/** The id of an event of this number: its time, and something that has nothing to do with it. */
export const eventAt = (number: number): string => `${String(1_700_000_000 + number).padStart(12, '0')}-x`

/**
 * Fill the audit log in one statement, an event a second. Of ten types, clients, people, accounts and grants each has its share all
 * along, but for one of each, `…-rare`, which has the first hundred events and none since.
 */
export async function fillEvents(db: Kysely<unknown>, name: string, prefix: string, count: number): Promise<void> {
  const { numbers, divide, engine, analyze } = dialects[name]!
  const run = (sql: string) => db.executeQuery(CompiledQuery.raw(sql))
  const text = (...parts: readonly string[]) =>
    engine === 'mysql' ? `CONCAT(${parts.join(', ')})` : parts.join(' || ')
  const about = (kind: string, every: number) =>
    `CASE WHEN i < 100 THEN '${kind}-rare' ELSE ${text(`'${kind}-'`, `(i ${divide} ${every} % 10)`)} END`
  const columns = [about('type', 1), about('client', 2), about('grant', 3), about('subject', 5), about('account', 7)]
  await run(`INSERT INTO ${prefix}events (id, at, type, outcome, actor_type, client_id, grant_id, subject, account_id, data)
    SELECT ${text(`'00'`, '(1700000000 + i)', `'-x'`)}, 1700000000 + i, ${columns[0]}, 'success', 'system',
      ${columns.slice(1).join(', ')}, '{}' FROM ${numbers(count)} s${engine === 'postgres' ? ' (i)' : ''}`)
  await run(`${analyze} ${prefix}events`)
}
