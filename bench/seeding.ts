import { type Connection, openConnection } from './connection.js'

const lanes = 8

/** Make `count` things over a few connections to a server of this process, in order. */
export async function seedOver<T>(
  port: number,
  count: number,
  make: (connection: Connection, index: number) => Promise<T>,
): Promise<readonly T[]> {
  const made: T[] = []
  let begun = 0
  const lane = async () => {
    const connection = openConnection(port)
    try {
      while (begun < count) {
        const index = begun
        begun += 1
        made[index] = await make(connection, index)
      }
    } finally {
      connection.close()
    }
  }
  await Promise.all(Array.from({ length: Math.min(lanes, count) }, lane))
  return made
}
