import { changeFrom, createFrom, type Done, editFrom, requirePosted } from '../endpoints/management/actions.js'
import { exportAuditLog, showAuditLog } from '../endpoints/management/audit.js'
import { showClient } from '../endpoints/management/client.js'
import { showClients } from '../endpoints/management/clients.js'
import { type Keeper, requireKeeper } from '../endpoints/management/desk.js'
import { showForm } from '../endpoints/management/form.js'
import { switchRegistration } from '../endpoints/management/registration.js'
import { type Parameters, parseForm } from '../protocol/parameters.js'
import type { Area, ClientsView } from '../views/management.js'
import { readForm } from './body.js'
import type { Call, Handler } from './call.js'
import { requireNavigation, requireSameOrigin } from './front-channel.js'
import type { HttpResponse } from './message.js'
import { drawPage } from './page.js'
import { redirect } from './respond.js'
import { type Owner, personal } from './settings.js'

/** Pages on which clients are looked after. */

export type Paths = ClientsView['paths']
type Answer = (call: Call, keeper: Keeper) => Promise<HttpResponse>

/** A page of an area, for those who may be there. */
export const kept = (area: Area, paths: Paths, answer: Answer): Handler =>
  personal((call, { session, browser }: Owner) => {
    requireKeeper(call.site.context, { area, session })
    return answer(call, { area, session, browser, paths })
  })

export const get = (area: Area, paths: Paths, answer: Answer): Handler =>
  kept(area, paths, (call, keeper) => {
    requireNavigation(call)
    return answer(call, keeper)
  })

/** A change: from a page of this origin, by its form. */
export const post = (
  area: Area,
  paths: Paths,
  change: (call: Call, keeper: Keeper, form: Parameters) => Promise<Done>,
) =>
  kept(area, paths, async (call, keeper) => {
    requireSameOrigin(call)
    const form = await readForm(call.request)
    requirePosted(call.site.context, keeper, form)
    return afterwards(call, keeper, await change(call, keeper, form))
  })

const clientPage = ({ clients }: Paths, id: string) => `${clients}/client?${new URLSearchParams({ id }).toString()}`

async function afterwards(call: Call, { paths }: Keeper, done: Done): Promise<HttpResponse> {
  switch (done.kind) {
    case 'secret':
      return drawPage(call, (pages, setting) => pages.clientSecret(done.view, setting))
    case 'form':
      return drawPage(call, (pages, setting) => pages.clientForm(done.view, setting))
    case 'client':
      return redirect(clientPage(paths, done.id))
    case 'clients':
      return redirect(done.list === null ? paths.clients : `${paths.clients}?kind=${done.list}`)
  }
}

export const listPage: Answer = (call, keeper) =>
  drawPage(call, async (pages, setting) =>
    pages.clients(await showClients(call.site.context, keeper, parseForm(call.query)), setting),
  )

export const onePage: Answer = (call, keeper) =>
  drawPage(call, async (pages, setting) =>
    pages.client(await showClient(call.site.context, keeper, parseForm(call.query)), setting),
  )

export const formPage: Answer = (call, keeper) =>
  drawPage(call, async (pages, setting) =>
    pages.clientForm(await showForm(call.site.context, keeper, parseForm(call.query)), setting),
  )

export const auditPage: Answer = (call, keeper) =>
  drawPage(call, async (pages, setting) =>
    pages.auditLog(await showAuditLog(call.site.context, keeper, parseForm(call.query)), setting),
  )

const types = { csv: 'text/csv; charset=utf-8; header=present', jsonl: 'application/jsonl; charset=utf-8' }

export const auditExport: Answer = async (call) => {
  const { format, text } = exportAuditLog(call.site.context, parseForm(call.query))
  return {
    status: 200,
    headers: {
      'content-type': types[format],
      'content-disposition': `attachment; filename="audit.${format}"`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
    body: '',
    rest: text,
  }
}

/** What is changed by a form, and how. */
export const changes = {
  create: ({ site }: Call, keeper: Keeper, form: Parameters) => createFrom(site.context, keeper, form),
  edit: ({ site }: Call, keeper: Keeper, form: Parameters) => editFrom(site.context, keeper, form),
  change: ({ site }: Call, keeper: Keeper, form: Parameters) => changeFrom(site.context, keeper, form),
  registration: ({ site }: Call, keeper: Keeper, form: Parameters) => switchRegistration(site.context, keeper, form),
} as const
