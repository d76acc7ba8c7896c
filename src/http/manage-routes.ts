import { lazily } from '../lazily.js'
import type { Pattern, Route, Site } from './call.js'
import { guardOf } from './guard.js'
import { paths } from './paths.js'

type Manage = typeof import('./manage.js')

const manage = lazily((): Promise<Manage> => import('./manage.js'))

/** Where clients, grants and the audit log are looked after in JSON. */
export function manageRoutes(site: Site, base: string) {
  const { admin } = site.context
  const guard = admin && guardOf<unknown, string>(site, { scope: admin.scope, resource: admin.resource, live: true })
  const by = (answer: (it: Manage) => Manage['getClient']) => manage((it) => it.managed(guard, answer(it)))
  const script = (methods: Route['methods']): Route => ({ kind: 'script', methods })

  const getClient = by((it) => it.getClient)
  const putClient = by((it) => it.putClient)
  const putGrant = by((it) => it.putGrant)
  const client = script({ GET: getClient, PUT: putClient, PATCH: putClient, DELETE: by((it) => it.deleteClient) })
  const grant = script({
    GET: by((it) => it.getGrant),
    PUT: putGrant,
    PATCH: putGrant,
    DELETE: by((it) => it.deleteGrant),
  })
  const exact: readonly (readonly [string, Route])[] = [
    [`${base}${paths.managedClients}`, script({ GET: by((it) => it.getClients), POST: by((it) => it.postClient) })],
    [`${base}${paths.managedGrants}`, script({ GET: by((it) => it.getGrants) })],
    [`${base}${paths.managedAudit}`, script({ GET: by((it) => it.getAudit) })],
  ]
  const below = `${base}${paths.managedClients}/`
  const patterns: readonly Pattern[] = [
    { before: below, after: '', route: client },
    { before: below, after: '/secret', route: script({ POST: by((it) => it.postSecret) }) },
    { before: below, after: '/disable', route: script({ POST: by((it) => it.disable) }) },
    { before: below, after: '/enable', route: script({ POST: by((it) => it.enable) }) },
    { before: `${base}${paths.managedGrants}/`, after: '', route: grant },
  ]
  return { exact, patterns }
}
