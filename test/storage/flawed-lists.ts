import type { AuditEvent, Client, ClientFilter, EventFilter, Grant, Page, Paged, Storage } from 'grantor'
import type { Flaw } from './flaws.js'

interface Tables {
  readonly clients: ReadonlyMap<string, Client>
  readonly grants: ReadonlyMap<string, Grant>
  readonly events: ReadonlyMap<string, AuditEvent>
  /** What clients were called when they were inserted, and which projects grants had. */
  readonly namesAtFirst: ReadonlyMap<string, string>
  readonly projectsAtFirst: ReadonlyMap<string, Grant['projects']>
}

type Comparable = readonly (string | number)[]

function compare(a: Comparable, b: Comparable): number {
  const differing = a.findIndex((one, index) => one !== b[index])
  return differing < 0 ? 0 : a[differing]! < b[differing]! ? -1 : 1
}

/** The lists, right without a flaw and wrong in one way with it. */
export function flawedLists(
  is: (flaw: Flaw) => boolean,
  tables: Tables,
  keep: <T>(record: T) => T,
): Pick<Storage, 'listClients' | 'listGrants' | 'listEvents'> {
  function page<T>(
    all: Iterable<T>,
    wanted: (record: T) => boolean,
    keyOf: (record: T) => Comparable,
    { limit, after }: Page,
  ): Paged<T> {
    const records = [...all].filter(wanted)
    if (!is('list: events come in the order of writing')) records.sort((a, b) => compare(keyOf(a), keyOf(b)))
    const counted = is('list: pages are counted in records') || is('list: events come in the order of writing')
    const last = after === undefined || counted ? null : placeOf(after)
    const past = (record: T) => last === null || compare(keyOf(record), last) > 0
    const start = counted ? Number(after ?? 0) : records.findIndex(past)
    const overlap = is('list: pages overlap') && after !== undefined ? 1 : 0
    const from = start < 0 ? records.length : Math.max(0, start - overlap)
    const to = from + limit + (is('list: pages are one longer than asked') ? 1 : 0)
    const more = is('list: the last page is lost') ? records.length - to >= limit : records.length > to
    const items = records.slice(from, to).map(keep)
    const cursor = (record: T) => JSON.stringify(keyOf(record)) + (is('list: a cursor holds a NUL') ? '\0' : '')
    return { items, next: more ? (counted ? String(to) : cursor(items.at(-1)!)) : null }
  }

  function placeOf(after: string): Comparable {
    try {
      const place: unknown = JSON.parse(after.replace('\0', ''))
      return Array.isArray(place) ? (place as Comparable) : []
    } catch (fault) {
      if (is('list: a strange cursor throws')) throw fault
      return []
    }
  }

  const matches = (pairs: readonly (readonly [asked: unknown, matched: boolean])[]): boolean => {
    const asked = pairs.filter(([value]) => value !== undefined)
    if (asked.length > 0 && is('list: filters are joined by or')) return asked.some(([, matched]) => matched)
    return asked.every(([, matched]) => matched)
  }

  const namesProject = ({ id, projects: stored }: Grant, project: string | undefined): boolean => {
    const projects = is('narrow: the list by project keeps the old ones') ? tables.projectsAtFirst.get(id)! : stored
    if (projects === 'all') return is('list: grants for all projects match every project')
    return projects.some((one) => one === project)
  }

  const nameIn = ({ id, name }: Client): string =>
    is('list: names are those of the beginning') ? tables.namesAtFirst.get(id)! : name

  function found(client: Client, search: string): boolean {
    const name = nameIn(client)
    if (client.id === search) return !is('list: a search knows no id')
    if (is('list: a search finds a part of an id') && client.id.includes(search)) return true
    if (is('list: a search is for the beginning of a name')) return name.startsWith(search)
    if (!is('list: a search reads % and _ as anything')) return name.includes(search)
    const literal = (sign: string) => `\\u{${sign.codePointAt(0)!.toString(16)}}`
    const signs = [...search].map((sign) => (sign === '%' ? '.*' : sign === '_' ? '.' : literal(sign)))
    return new RegExp(signs.join(''), 'su').test(name)
  }

  function clientKey(order: ClientFilter['order']): (client: Client) => Comparable {
    const plain = (name: string) =>
      is('list: names compare without accents') ? name.normalize('NFD').replaceAll(/\p{M}/gu, '') : name
    const left = is('list: clients come oldest first unless asked') ? 'oldest' : 'newest'
    const wanted = order ?? left
    const turned = (id: string) => [...id].map((sign) => -sign.charCodeAt(0))
    return (client) => {
      if (is('list: clients come by id')) return [client.id]
      const by = wanted === 'name' ? plain(nameIn(client)) : wanted === 'oldest' ? client.createdAt : -client.createdAt
      if (is('list: a page of clients goes on after its last time')) return [by]
      const idUp = wanted !== 'newest' || is('list: clients of one time come by id the wrong way')
      return [by, ...(idUp ? [client.id] : [...turned(client.id), 1])]
    }
  }

  const ignoring = (flaw: Flaw, value: unknown) => (is(flaw) ? undefined : value)

  const isListed = (client: Client, filter: ClientFilter): boolean => {
    const { registration, ownerId, accountId, disabled, search } = filter
    const wantsAll = disabled === false && is('list: clients that are not disabled are all')
    return (
      (client.revokedAt === null || is('list: revoked clients are listed')) &&
      matches([
        [
          ignoring('list: the registration of clients is not looked at', registration),
          client.registration === registration,
        ],
        [ignoring('list: the owner of clients is not looked at', ownerId), client.ownerId === ownerId],
        [ignoring('list: the account of clients is not looked at', accountId), client.accountId === accountId],
        [
          wantsAll ? undefined : ignoring('list: whether clients are disabled is not looked at', disabled),
          (client.disabledAt !== null) === disabled,
        ],
        [search, found(client, search ?? '')],
      ])
    )
  }

  const isAmong = (event: AuditEvent, filter: EventFilter, isFirst: boolean): boolean => {
    const { subject, clientId, grantId, accountId, type, fromId, untilId } = filter
    const span = isFirst || !is('list: a span of events is forgotten on the second page')
    return matches([
      [subject, event.subject === subject],
      [clientId, event.clientId === clientId],
      [grantId, event.grantId === grantId],
      [ignoring('list: the account of events is not looked at', accountId), event.accountId === accountId],
      [ignoring('list: the type of events is not looked at', type), event.type === type],
      [
        span ? fromId : undefined,
        event.id > fromId! || (event.id === fromId && !is('list: a span of events lacks its first')),
      ],
      [
        span ? untilId : undefined,
        event.id < untilId! || (event.id === untilId && is('list: a span of events has its last')),
      ],
    ])
  }

  return {
    async listClients(filter, wanted) {
      const again = is('list: a page of clients begins with its last time') && wanted.after !== undefined
      const key = clientKey(filter.order)
      const all = page(tables.clients.values(), (client) => isListed(client, filter), key, wanted)
      if (is('list: a search ends with its first page') && filter.search !== undefined) return { ...all, next: null }
      if (!again) return all
      const [time] = placeOf(wanted.after!)
      const begun = [...tables.clients.values()].filter((client) => isListed(client, filter) && key(client)[0] === time)
      return { ...all, items: [...begun, ...all.items].slice(0, wanted.limit) }
    },
    listGrants: async ({ subject, clientId, projectId }, wanted) =>
      page(
        tables.grants.values(),
        (grant) =>
          !(is('list: revoked grants are hidden') && grant.revokedAt !== null) &&
          matches([
            [subject, grant.subject === subject],
            [clientId, grant.clientId === clientId],
            [projectId, namesProject(grant, projectId)],
          ]),
        ({ id }) => [id],
        wanted,
      ),
    async listEvents(filter, wanted) {
      const forgets = is('list: the newest events of one type come oldest first') && filter.type !== undefined
      const newest =
        filter.order === 'newest' && !forgets && !is('list: the newest events are the oldest ones turned round')
      const key = ({ id }: AuditEvent) => (newest ? [...[...id].map((sign) => -sign.charCodeAt(0)), 1] : [id])
      const isFirst = wanted.after === undefined
      const listed = page(tables.events.values(), (event) => isAmong(event, filter, isFirst), key, wanted)
      const turned = filter.order === 'newest' ? !newest && !forgets : is('list: events come newest first')
      return turned ? { ...listed, items: listed.items.toReversed() } : listed
    },
  }
}
