/** What drivers put on their errors. */
function codesOf(fault: unknown): readonly (string | number)[] {
  if (typeof fault !== 'object' || fault === null) return []
  const { code, errno, errcode, sqlState } = fault as Readonly<Record<string, unknown>>
  return [code, errno, errcode, sqlState].filter((value) => typeof value === 'string' || typeof value === 'number')
}

const taken = new Set<string | number>([
  '23505', // PostgreSQL: unique_violation
  'ER_DUP_ENTRY', // MySQL
  1062, // MySQL, by number
  'SQLITE_CONSTRAINT_PRIMARYKEY',
  'SQLITE_CONSTRAINT_UNIQUE',
  1555, // SQLite, by number: a taken primary key
  2067, // SQLite, by number: a taken unique key
])

const undone = new Set<string | number>([
  '40001', // PostgreSQL: serialization_failure
  '40P01', // PostgreSQL: deadlock_detected
  'ER_LOCK_DEADLOCK', // MySQL
  1213, // MySQL, by number
  'ER_LOCK_WAIT_TIMEOUT', // MySQL
  1205, // MySQL, by number
  'ER_CHECKREAD', // MariaDB: the snapshot is too old
  1020, // MariaDB, by number
  8002, // TiDB: a write conflict of SELECT FOR UPDATE
  8005, // TiDB: a write conflict
  8022, // TiDB: a commit was rolled back
  8028, // TiDB: the schema changed meanwhile
  9007, // TiDB: a write conflict
])

const unknownSyntax = new Set<string | number>([
  '0A000', // PostgreSQL: feature_not_supported
  '42601', // PostgreSQL: syntax_error
  'ER_PARSE_ERROR', // MySQL
  1064, // MySQL, by number
  'ER_NOT_SUPPORTED_YET', // MySQL
  1235, // MySQL, by number
])

/** A key of the change is taken already: a condition that did not hold. */
export const isTakenKey = (fault: unknown): boolean => codesOf(fault).some((code) => taken.has(code))

/** The database says that nothing happened and that it may be tried again. */
export const isUndone = (fault: unknown): boolean =>
  codesOf(fault).some((code) => undone.has(code) || code === 5 || String(code).startsWith('SQLITE_BUSY'))

const madeMeanwhile = new Set<string | number>([
  '42P07', // PostgreSQL: duplicate_table, which is also an index
  '42710', // PostgreSQL: duplicate_object
  '23505', // PostgreSQL: unique_violation, in the catalog
])

/** Two processes created the same thing at once, and this one was later. */
export const isMadeMeanwhile = (fault: unknown): boolean => codesOf(fault).some((code) => madeMeanwhile.has(code))

/** The server does not know the statement, and did nothing. It is older than the one it was written for, or a relative of it. */
export const isUnknownSyntax = (fault: unknown): boolean => codesOf(fault).some((code) => unknownSyntax.has(code))

const ATTEMPTS = 12
const PATIENCE_MS = 10_000

/** Try again, a little later each time, as long as the database says that nothing happened. */
export async function retrying<T>(attempt: () => Promise<T>, mayRetry = isUndone): Promise<T> {
  const started = Date.now()
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt()
    } catch (fault) {
      if (!mayRetry(fault) || tried === ATTEMPTS || Date.now() - started > PATIENCE_MS) throw fault
      const ceiling = Math.min(200, 5 * 2 ** tried)
      await new Promise((resolve) => setTimeout(resolve, Math.random() * ceiling))
    }
  }
}
