import type { AuditEvent, Change, Client, Grant, Storage, Timestamp, Token, Usage, Use } from 'grantor'
import { flawedActivity } from './flawed-activity.js'
import { flawedLists } from './flawed-lists.js'
import { flawedNames } from './flawed-names.js'
import { flawedPurge } from './flawed-purge.js'
import type { Flaw } from './flaws.js'

const nothing: Change = {
  redeem: [],
  alive: [],
  extend: [],
  revoke: [],
  narrow: [],
  update: [],
  settings: [],
  clients: [],
  grants: [],
  tokens: [],
  events: [],
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 1))

/** A storage as one might write it at first, which is right without a flaw and wrong in one way with it. */
export function flawedStorage(flaw: Flaw | null): Storage {
  const is = (one: Flaw) => one === flaw
  const clients = new Map<string, Client>()
  const grants = new Map<string, Grant>()
  const tokens = new Map<string, Token>()
  const events = new Map<string, AuditEvent>()
  const usage = new Map<string, Usage>()
  const uses = new Map<string, Use>()
  const projectsAtFirst = new Map<string, Grant['projects']>()
  const namesAtFirst = new Map<string, string>()
  const names = flawedNames(is, clients)
  const judgesEarly = is('name: judged before others have written') || is('setting: judged before others have written')
  const now = () => Date.now() / 1000

  const key = (id: string): string => {
    if (is('keys: letter case is ignored')) return id.toLowerCase()
    if (is('keys: trailing spaces are ignored')) return id.trimEnd()
    if (is('keys: accents are composed')) return id.normalize('NFC')
    if (is('keys: cut after 191 characters')) return id.slice(0, 191)
    if (is('keys: strange ones throw') && id.includes('\0')) throw new Error('invalid byte sequence')
    return id
  }

  const revive = (name: string, value: unknown): unknown => {
    if (is('json: empty arrays become objects') && Array.isArray(value) && value.length === 0) return {}
    if (is('json: scopes are sorted') && name === 'scope' && Array.isArray(value)) return [...value].sort()
    if (is('json: texts are trimmed') && typeof value === 'string') return value.trim()
    if (is('record: the subject null becomes a text') && name === 'subject') return value ?? ''
    if (is('record: all projects become none') && name === 'projects' && value === 'all') return []
    if (is('record: the policy of a client is lost') && name === 'policy') return {}
    if (is('record: the name of a client is lost') && name === 'name') return ''
    if (is('record: the unique name of a client is lost') && name === 'uniqueName') return null
    if (is('record: why an event happened is lost') && name === 'reason') return null
    if (is('record: who did it is lost') && name === 'actor') return { type: 'system', id: null }
    if (is('record: where an event came from is lost') && (name === 'address' || name === 'agent')) return null
    if (is('record: the request of an event is lost') && name === 'requestId') return null
    return value
  }
  const keep = <T>(record: T): T =>
    is('json: stored objects are shared') ? record : (JSON.parse(JSON.stringify(record), revive) as T)
  const none = (is('find: what is not there is undefined') ? undefined : null) as null
  const give = <T>(record: T | undefined): T | null => (record === undefined ? none : keep(record))

  const live = (id: string): boolean => {
    const grant = grants.get(key(id))
    if (grant === undefined) return is('alive: missing grants pass')
    if (is('alive: a grant revoked in the future is alive') && (grant.revokedAt ?? 0) > now()) return true
    return grant.revokedAt === null || is('alive: revoked grants pass') || is('extend: un-revokes')
  }

  const redeemable = ({ digest, at }: Change['redeem'][number]): boolean => {
    const token = tokens.get(key(digest))
    if (token === undefined) return is('redeem: missing is accepted')
    if (is('redeem: refused when the token has expired') && at > token.expiresAt) return false
    if (token.redemption === null || is('redeem: taken is accepted') || is('redeem: the last note wins')) return true
    return is('redeem: taken again after half a minute') && at - token.redemption.at > 30
  }

  const same = (a: unknown, b: unknown) => {
    const spell = (value: unknown) =>
      JSON.stringify(Array.isArray(value) && is('narrow: from is compared as a set') ? [...value].sort() : value)
    return spell(a) === spell(b)
  }
  const unmoved = ({ grantId, from }: Change['narrow'][number]): boolean => {
    const grant = grants.get(key(grantId))
    if (grant === undefined || is('narrow: from is not compared')) return true
    return (
      same(grant.scope, from.scope) && (is('narrow: projects are not compared') || same(grant.projects, from.projects))
    )
  }

  const current = ({ id, version }: Client): boolean => {
    const stored = clients.get(key(id))
    if (stored === undefined) return is('update: missing is inserted')
    return stored.version === version - 1 || is('update: stale is accepted')
  }

  const revocable = ({ grantId }: Change['revoke'][number]): boolean => {
    const grant = grants.get(key(grantId))
    if (grant === undefined) return is('revoke: missing grants pass')
    return grant.revokedAt === null || is('revoke: a second time is accepted')
  }

  const lenient = is('revoke: a second time is accepted') || is('revoke: missing grants pass')

  function holds(change: Change): boolean {
    const revoked = new Set(lenient ? change.revoke.map(({ grantId }) => grantId) : [])
    const looked = is('alive: only the first grant is looked at') ? change.alive.slice(0, 1) : change.alive
    const empty = Object.values(change).every((part) => part.length === 0)
    const earlier = ({ grantId, expiresAt }: Change['extend'][number]) =>
      expiresAt < (grants.get(key(grantId))?.expiresAt ?? 0)
    const leftAlone = is('insert: a taken token is left as it is') || is('insert: a taken token replaces')
    return (
      !(empty && is('commit: an empty change is refused')) &&
      !(is('extend: an earlier expiry is refused') && change.extend.some(earlier)) &&
      change.redeem.every(redeemable) &&
      looked.filter((id) => !revoked.has(id)).every(live) &&
      (!lenient || change.revoke.every(revocable)) &&
      change.narrow.every(unmoved) &&
      change.update.every(current) &&
      names.holds(change) &&
      (is('insert: a taken client replaces') || !change.clients.some(({ id }) => clients.has(key(id)))) &&
      (is('insert: a taken grant replaces') || !change.grants.some(({ id }) => grants.has(key(id)))) &&
      (leftAlone || !change.tokens.some(({ digest }) => tokens.has(key(digest)))) &&
      (is('insert: a taken event replaces') || !change.events.some(({ id }) => events.has(id)))
    )
  }

  const edit = (id: string, change: (grant: Grant) => Partial<Grant>) => {
    const grant = grants.get(key(id))
    if (grant !== undefined) grants.set(key(id), { ...grant, ...change(grant) })
  }
  const grow = ({ grantId, expiresAt }: Change['extend'][number]) =>
    edit(grantId, (grant) => ({
      expiresAt: (is('extend: shrinks') ? expiresAt : Math.max(grant.expiresAt, expiresAt)) as Timestamp,
      revokedAt: is('extend: un-revokes') ? null : grant.revokedAt,
    }))

  function write(change: Change): void {
    for (const { digest, at, note } of change.redeem) {
      const token = tokens.get(key(digest))
      if (token && (token.redemption === null || is('redeem: the last note wins')))
        tokens.set(key(digest), { ...token, redemption: { at, note } })
    }
    for (const part of change.extend) grow(part)
    if (!is('revoke: ignored')) for (const { grantId, at } of change.revoke) edit(grantId, () => ({ revokedAt: at }))
    if (!is('narrow: ignored'))
      for (const { grantId, to } of change.narrow) edit(grantId, () => keep({ scope: to.scope, projects: to.projects }))
    names.write(change)
    for (const client of change.update) {
      if (is('use: goes with an edit of the client')) uses.delete(client.id)
      const stored = clients.get(key(client.id))
      const { metadata, version } = client
      clients.set(
        key(client.id),
        keep(is('update: only the metadata is replaced') ? { ...stored!, metadata, version } : client),
      )
    }
    for (const client of is('commit: at most 20 clients are written') ? change.clients.slice(0, 20) : change.clients) {
      clients.set(key(client.id), keep(client))
      namesAtFirst.set(client.id, client.name)
    }
    for (const grant of change.grants) {
      grants.set(key(grant.id), keep(grant))
      projectsAtFirst.set(grant.id, grant.projects)
    }
    for (const token of change.tokens) {
      if (is('insert: a taken token is left as it is') && tokens.has(key(token.digest))) continue
      tokens.set(
        key(token.digest),
        keep(is('record: the redemption of a new token is lost') ? { ...token, redemption: null } : token),
      )
    }
    const accountOf = ({ accountId }: AuditEvent) => (is('record: the account of an event is lost') ? null : accountId)
    for (const event of is('commit: events are dropped') ? [] : change.events)
      events.set(event.id, keep({ ...event, accountId: accountOf(event) }))
  }

  function partByPart(change: Change): boolean {
    const parts = Object.entries(change).map(([name, items]) => ({ ...nothing, [name]: items }) as Change)
    const made = parts.filter(holds)
    for (const part of made) write(part)
    return made.length === parts.length
  }

  const truncated = (change: Change): Change =>
    is('commit: at most 20 records are written')
      ? { ...change, events: change.events.slice(0, Math.max(0, 20 - change.tokens.length)) }
      : change

  async function commit(change: Change): Promise<boolean> {
    const unknown = Object.entries(change).some(
      ([part, items]) =>
        !Object.hasOwn(nothing, part) && (items.length > 0 || is('commit: an empty unknown part throws')),
    )
    if (unknown && is('commit: an unknown part throws after the rest was written')) write(change)
    if (unknown && !is('commit: an unknown part is ignored')) throw new TypeError('an unknown part')
    if (is('commit: parts are written one by one')) return partByPart(change)
    const early = names.holdsEarly(change)
    if (judgesEarly) await pause()
    const good = early && holds(change)
    if (is('commit: check, wait, write')) await pause()
    if (!good) {
      if (is('commit: events are written although it is refused')) write({ ...nothing, events: change.events })
      if (is('setting: written although the change is refused')) names.write({ ...nothing, settings: change.settings })
      if (is('extend: done although the change is refused')) for (const part of change.extend) grow(part)
      if (is('commit: a refusal throws')) throw new Error('conflict')
      return false
    }
    if (is('commit: true before it is written')) setTimeout(() => write(change), 2)
    else write(truncated(change))
    return true
  }

  return {
    commit,
    findClient: async (id) => give(clients.get(key(id))),
    findGrant: async (id) => give(grants.get(key(id))),
    async findToken(digest) {
      const token = tokens.get(key(digest))
      if (token === undefined) return none
      if (is('find: a token comes with a grant of another moment')) await pause()
      if (is('find: an expired token is hidden') && token.redemption && token.redemption.at > token.expiresAt)
        return null
      const grant = token.grantId === null ? null : give(grants.get(key(token.grantId)))
      const hidden = is('find: a token comes without its revoked grant') && grant?.revokedAt !== null
      const client = is('find: a token comes without its client') ? null : give(clients.get(key(token.clientId)))
      return { token: keep(token), grant: hidden ? null : grant, client }
    },
    findSetting: names.findSetting,
    ...flawedLists(is, { clients, grants, events, namesAtFirst, projectsAtFirst }, keep),
    ...flawedActivity(
      is,
      uses,
      (id) => tokens.has(id),
      usage,
      (id) => edit(id, (grant) => ({ expiresAt: (grant.expiresAt + 1) as Timestamp })),
    ),
    purge: flawedPurge(is, { clients, grants, tokens, events, usage, uses }, names.gone),
  }
}
