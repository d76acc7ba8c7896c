import { Pool } from 'pg'

export interface Database {
  readonly pool: Pool
  drop(): Promise<void>
}

const url = process.env.BENCH_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/test'
const prefix = 'bench_better_auth_'

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** What processes that were stopped in the middle have left. */
async function sweep(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ nspname: string }>('select nspname from pg_namespace')
  const schemas = rows.map(({ nspname }) => nspname).filter((name) => name.startsWith(prefix))
  for (const schema of schemas.filter((name) => !isAlive(Number(name.slice(prefix.length))))) {
    await pool.query(`drop schema if exists ${schema} cascade`)
  }
}

/** A schema of this process's own: Better Auth names its tables as it likes. */
export async function openSchema(): Promise<Database> {
  const schema = `${prefix}${process.pid}`
  const pool = new Pool({ connectionString: url, options: `-c search_path=${schema} -c client_min_messages=warning` })
  await sweep(pool)
  await pool.query(`drop schema if exists ${schema} cascade`)
  await pool.query(`create schema ${schema}`)
  return {
    pool,
    async drop() {
      await pool.query(`drop schema ${schema} cascade`)
      await pool.end()
    },
  }
}
