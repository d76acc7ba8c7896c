/** Where the oldest keys are. From the front of a map a look steps over all that was forgotten before. */
const oldest = new WeakMap<Map<string, unknown>, Iterator<string>>()

function oldestOf(map: Map<string, unknown>): string | null {
  const keys = oldest.get(map) ?? map.keys()
  oldest.set(map, keys)
  const next = keys.next()
  if (!next.done) return next.value
  oldest.delete(map)
  return null
}

/**
 * Put something in a map that forgets what was put in longest ago rather than grow.
 *
 * @returns the key that was forgotten, if one was
 */
export function remember<Value>(map: Map<string, Value>, key: string, value: Value, most: number): string | null {
  map.delete(key)
  map.set(key, value)
  if (map.size <= most) return null
  const forgotten = oldestOf(map) ?? oldestOf(map)
  if (forgotten !== null) map.delete(forgotten)
  return forgotten
}
