import type { AuditEvent, Change, Client, Grant, Page, Paged, Storage, Timestamp, Token, Usage } from 'grantor'
import { flawedActivity } from './flawed-activity.js'
import { flawedPurge } from './flawed-purge.js'
import type { Flaw } from './flaws.js'

const knownParts = ['redeem', 'alive', 'extend', 'revoke', 'narrow', 'update', 'clients', 'grants', 'tokens', 'events']

/** A storage as one might write it at first, which is right without a flaw and wrong in one way with it. */
export function flawedStorage(flaw: Flaw | null): Storage {
  const is = (one: Flaw) => one === flaw
  const clients = new Map<string, Client>()
  const grants = new Map<string, Grant>()
  const tokens = new Map<string, Token>()
  const events = new Map<string, AuditEvent>()
  const usage = new Map<string, Usage>()
  const projectsAtFirst = new Map<string, Grant['projects']>()
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
    return value
  }
  const keep = <T>(record: T): T =>
    is('json: stored objects are shared') ? record : (JSON.parse(JSON.stringify(record), revive) as T)
  const give = <T>(record: T | undefined): T | null => (record === undefined ? null : keep(record))

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
      (is('insert: a taken client replaces') || !change.clients.some(({ id }) => clients.has(key(id)))) &&
      (is('insert: a taken grant replaces') || !change.grants.some(({ id }) => grants.has(key(id)))) &&
      (leftAlone || !change.tokens.some(({ digest }) => tokens.has(key(digest))))
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
    for (const client of change.update) {
      const stored = clients.get(key(client.id))
      const { metadata, version } = client
      clients.set(
        key(client.id),
        keep(is('update: only the metadata is replaced') ? { ...stored!, metadata, version } : client),
      )
    }
    for (const client of change.clients) clients.set(key(client.id), keep(client))
    for (const grant of change.grants) {
      grants.set(key(grant.id), keep(grant))
      projectsAtFirst.set(key(grant.id), grant.projects)
    }
    for (const token of change.tokens) {
      if (is('insert: a taken token is left as it is') && tokens.has(key(token.digest))) continue
      tokens.set(
        key(token.digest),
        keep(is('record: the redemption of a new token is lost') ? { ...token, redemption: null } : token),
      )
    }
    if (!is('commit: events are dropped')) for (const event of change.events) events.set(event.id, keep(event))
  }

  const nothing: Change = {
    redeem: [],
    alive: [],
    extend: [],
    revoke: [],
    narrow: [],
    update: [],
    clients: [],
    grants: [],
    tokens: [],
    events: [],
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
    const unknown = Object.keys(change).some((part) => !knownParts.includes(part))
    if (unknown && is('commit: an unknown part throws after the rest was written')) write(change)
    if (unknown && !is('commit: an unknown part is ignored')) throw new TypeError('an unknown part')
    if (is('commit: parts are written one by one')) return partByPart(change)
    const good = holds(change)
    if (is('commit: check, wait, write')) await new Promise((resolve) => setTimeout(resolve, 1))
    if (!good) {
      if (is('commit: events are written although it is refused')) write({ ...nothing, events: change.events })
      if (is('extend: done although the change is refused')) for (const part of change.extend) grow(part)
      if (is('commit: a refusal throws')) throw new Error('conflict')
      return false
    }
    if (is('commit: true before it is written')) setTimeout(() => write(change), 2)
    else write(truncated(change))
    return true
  }

  function page<T extends { readonly id: string }>(
    all: Iterable<T>,
    wanted: (record: T) => boolean,
    { limit, after }: Page,
  ): Paged<T> {
    const records = [...all].filter(wanted)
    if (!is('list: events come in the order of writing')) records.sort((a, b) => (a.id < b.id ? -1 : 1))
    const counted = is('list: pages are counted in records') || is('list: events come in the order of writing')
    const start = counted ? Number(after ?? 0) : records.findIndex(({ id }) => after === undefined || id > after)
    const from =
      start < 0 ? records.length : Math.max(0, start - (is('list: pages overlap') && after !== undefined ? 1 : 0))
    const to = from + limit + (is('list: pages are one longer than asked') ? 1 : 0)
    const more = is('list: the last page is lost') ? records.length - to >= limit : records.length > to
    const items = records.slice(from, to).map(keep)
    return { items, next: more ? (counted ? String(to) : items.at(-1)!.id) : null }
  }

  const matches = (pairs: readonly (readonly [asked: unknown, matched: boolean])[]): boolean => {
    const asked = pairs.filter(([value]) => value !== undefined)
    if (asked.length > 0 && is('list: filters are joined by or')) return asked.some(([, matched]) => matched)
    return asked.every(([, matched]) => matched)
  }

  const names = ({ id, projects: stored }: Grant, project: string | undefined): boolean => {
    const projects = is('narrow: the list by project keeps the old ones') ? projectsAtFirst.get(key(id))! : stored
    if (projects === 'all') return is('list: grants for all projects match every project')
    return projects.some((one) => one === project)
  }

  return {
    commit,
    findClient: async (id) => give(clients.get(key(id))),
    findGrant: async (id) => give(grants.get(key(id))),
    async findToken(digest) {
      const token = tokens.get(key(digest))
      if (token === undefined) return null
      if (is('find: an expired token is hidden') && token.redemption && token.redemption.at > token.expiresAt)
        return null
      const grant = token.grantId === null ? null : give(grants.get(key(token.grantId)))
      const hidden = is('find: a token comes without its revoked grant') && grant?.revokedAt !== null
      const client = is('find: a token comes without its client') ? null : give(clients.get(key(token.clientId)))
      return { token: keep(token), grant: hidden ? null : grant, client }
    },
    listClients: async (wanted) => page(clients.values(), () => true, wanted),
    listGrants: async ({ subject, clientId, projectId }, wanted) =>
      page(
        grants.values(),
        (grant) =>
          !(is('list: revoked grants are hidden') && grant.revokedAt !== null) &&
          matches([
            [subject, grant.subject === subject],
            [clientId, grant.clientId === clientId],
            [projectId, names(grant, projectId)],
          ]),
        wanted,
      ),
    async listEvents({ subject, clientId, grantId }, wanted) {
      const listed = page(
        events.values(),
        (event) =>
          matches([
            [subject, event.subject === subject],
            [clientId, event.clientId === clientId],
            [grantId, event.grantId === grantId],
          ]),
        wanted,
      )
      return is('list: events come newest first') ? { ...listed, items: listed.items.toReversed() } : listed
    },
    ...flawedActivity(is, usage, (id) => edit(id, (grant) => ({ expiresAt: (grant.expiresAt + 1) as Timestamp }))),
    purge: flawedPurge(is, { clients, grants, tokens, events, usage }),
  }
}
