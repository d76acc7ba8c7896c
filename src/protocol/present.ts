/** The same members without those that are undefined, which JSON could not keep. */
export function present<T extends object>(members: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [Name in keyof T]?: Exclude<T[Name], undefined> }
}

/**
 * The same members, none of them missing. A filter with a hole in it, such as the id of a person who is not signed in, would reach
 * what is everybody's.
 *
 * @throws TypeError that names the hole
 */
export function whole<T extends object>(members: T): T {
  const hole = Object.entries(members).find(([, value]) => value === undefined || value === null)
  if (hole) throw new TypeError(`${hole[0]} is ${hole[1]}`)
  return members
}
