import { lazily } from '../lazily.js'
import type { Area } from '../views/management.js'
import type { Route } from './call.js'
import type { Paths } from './management.js'

const management = lazily(() => import('./management.js'))

const page = (methods: Route['methods']): Route => ({ kind: 'page', methods })

/** The pages below one path, the same for an administrator and for a person's own clients. */
function clientRoutes(area: Area, paths: Paths): readonly (readonly [string, Route])[] {
  const { clients } = paths
  const form = management((it) => it.get(area, paths, it.formPage))
  const create = management((it) => it.post(area, paths, it.changes.create))
  const edit = management((it) => it.post(area, paths, it.changes.edit))
  const one = management((it) => it.get(area, paths, it.onePage))
  const change = management((it) => it.post(area, paths, it.changes.change))
  return [
    [`${clients}/new`, page({ GET: form, POST: create })],
    [`${clients}/edit`, page({ GET: form, POST: edit })],
    [`${clients}/client`, page({ GET: one, POST: change })],
  ]
}

/** Every page on which clients are looked after, by path. */
export function managementRoutes(base: string, own: boolean): readonly (readonly [string, Route])[] {
  const admin: Paths = { clients: `${base}/admin/oauth-clients`, audit: `${base}/admin/audit` }
  const mine: Paths = { clients: `${base}/settings/oauth-apps`, audit: null }
  const list = (area: Area, paths: Paths) => management((it) => it.get(area, paths, it.listPage))
  const registration = management((it) => it.post('admin', admin, it.changes.registration))
  const audit = management((it) => it.get('admin', admin, it.auditPage))
  const download = management((it) => it.kept('admin', admin, it.auditExport))
  return [
    [admin.clients, page({ GET: list('admin', admin), POST: registration })],
    ...clientRoutes('admin', admin),
    [`${base}/admin/audit`, page({ GET: audit })],
    [`${base}/admin/audit/export`, page({ GET: download })],
    ...(own ? [[mine.clients, page({ GET: list('own', mine) })] as const, ...clientRoutes('own', mine)] : []),
  ]
}
