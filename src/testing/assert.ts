const show = (value: unknown): string =>
  JSON.stringify(value, (_, member) => (member === undefined ? '[undefined]' : member))

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

function same(a: unknown, b: unknown): boolean {
  if (!isObject(a) || !isObject(b)) return Object.is(a, b)
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]))
  )
}

/** @throws Error with the given sentence. */
export function ok(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise)
}

/**
 * The two are the same JSON. The order of an object's members does not count; that of an array's does.
 *
 * @throws Error showing both.
 */
export function equal(actual: unknown, expected: unknown, what: string): void {
  ok(same(actual, expected), `${what}: expected ${show(expected)}, got ${show(actual)}`)
}

/** @throws Error when the promise settles well. */
export async function rejects(promise: Promise<unknown>, what: string): Promise<void> {
  const outcome = await promise.then(
    (value) => ({ value }),
    () => null,
  )
  ok(outcome === null, `${what}: expected it to throw, got ${show(outcome?.value)}`)
}
