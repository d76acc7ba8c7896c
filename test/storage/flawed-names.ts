import type { Change, Client, Setting, Storage } from 'grantor'
import type { Flaw } from './flaws.js'

/** Names that are a client's own, and settings, right without a flaw and wrong in one way with it. */
export function flawedNames(is: (flaw: Flaw) => boolean, clients: ReadonlyMap<string, Client>) {
  const settings = new Map<string, Setting>()
  /** Who was the first to have each name. */
  const owners = new Map<string, string>()

  const reserved = new Set<string>()

  function nameOf({ name, uniqueName, revokedAt, disabledAt }: Client): string | null {
    if (revokedAt !== null || (disabledAt !== null && is('name: a disabled client has none'))) return null
    if (is('name: the one that may be shared is compared')) return name
    if (is('name: null is one like any other')) return uniqueName ?? ''
    return is('name: letter case is ignored') ? (uniqueName?.toLowerCase() ?? null) : uniqueName
  }

  function namesAreFree({ update, clients: added }: Change): boolean {
    if (is('name: not compared')) return true
    const wanted = (is('name: not compared when a client is edited') ? added : [...update, ...added]).flatMap(
      (client) => {
        const name = nameOf(client)
        return name === null ? [] : [{ id: client.id, name }]
      },
    )
    const names = wanted.map(({ name }) => name)
    if (new Set(names).size < names.length && !is('name: twice in one change passes')) return false
    const changed = new Set<string>(update.map(({ id }) => id))
    const inTheWay = (client: Client, id: string) => {
      if (client.id === id) return is('name: a client is in its own way')
      return !changed.has(client.id) || is('name: exchanges are refused')
    }
    return wanted.every(
      ({ id, name }) =>
        !reserved.has(name) &&
        ![...clients.values()].some((client) => nameOf(client) === name && inTheWay(client, id)) &&
        !(is('name: never released') && (owners.get(name) ?? id) !== id),
    )
  }

  function isNext({ name, version }: Setting): boolean {
    const stored = settings.get(name)
    if (stored === undefined) return version === 1 || is('setting: a later one is inserted')
    if (version === 1 && is('setting: a first one replaces')) return true
    return stored.version === version - 1 || is('setting: the version is not compared')
  }

  const judged = ({ settings: edits }: Change) =>
    is('setting: only the first of a change is judged') ? edits.slice(0, 1) : edits

  const namesEarly = is('name: judged before others have written')
  const settingsEarly = is('setting: judged before others have written')

  return {
    /** What is judged before the rest, and not again. */
    holdsEarly: (change: Change): boolean =>
      (!namesEarly || namesAreFree(change)) && (!settingsEarly || judged(change).every(isNext)),
    holds(change: Change): boolean {
      const free = namesEarly || namesAreFree(change)
      if (!free && is('name: a conflict throws')) throw new Error('duplicate key')
      return free && (settingsEarly || judged(change).every(isNext))
    },
    write(change: Change): void {
      for (const { id, uniqueName } of [...change.update, ...change.clients])
        if (uniqueName !== null && !owners.has(uniqueName)) owners.set(uniqueName, id)
      if (is('setting: dropped')) return
      for (const setting of is('setting: only the first of a change is written')
        ? change.settings.slice(0, 1)
        : change.settings)
        if (setting.value !== null || !is('setting: null is not kept'))
          settings.set(setting.name, JSON.parse(JSON.stringify(setting)) as Setting)
    },
    /** Called with a client that a purge took. */
    gone({ uniqueName }: Client): void {
      if (uniqueName !== null && is('purge: leaves the names of clients')) reserved.add(uniqueName)
    },
    findSetting: (async (name) => structuredClone(settings.get(name) ?? null)) satisfies Storage['findSetting'],
  }
}
