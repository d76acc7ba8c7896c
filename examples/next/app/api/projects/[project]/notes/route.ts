import { type RouteContext, withAccess } from 'grantor/next'
import type { NextRequest } from 'next/server'
import { provider } from '@/lib/provider'

type Params = { project: string }

const project = (_request: NextRequest, params: Params) => params.project

export const GET = withAccess(
  provider,
  { scope: 'notes:read', project, origins: '*' },
  async (_request, { params }: RouteContext<Params>, access) => {
    const { project } = await params
    return Response.json({ project, reader: access.subject, notes: ['Buy milk'] })
  },
)

export const POST = withAccess(provider, { scope: 'notes:write', project, origins: '*' }, async (request) =>
  Response.json({ wrote: await request.text() }, { status: 201 }),
)

export const OPTIONS = GET
