import { OAuthError } from 'grantor'
import type { NextRequest } from 'next/server'
import { issuer } from '@/lib/issuer'
import { provider } from '@/lib/provider'

/** 303, so that the browser goes on with GET and takes nothing of the form along. `Response.redirect` knows no custom schemes. */
const to = (location: string) => new Response(null, { status: 303, headers: { location } })

const consent = (query: Readonly<Record<string, string>>) =>
  to(new URL(`/consent?${new URLSearchParams(query)}`, issuer).href)

function decide(request: NextRequest, form: FormData) {
  const texts = (name: string) => form.getAll(name).map(String)
  const [id = ''] = texts('id')
  const [csrf = ''] = texts('csrf')
  if (form.get('decision') !== 'approve') return provider.interactions.deny(request, request, id, { csrf })
  return provider.interactions.approve(request, request, id, {
    csrf,
    scope: texts('scope'),
    projects: texts('project'),
    keepAlive: form.has('keep_alive'),
    label: texts('label')[0] ?? '',
  })
}

/** What the form says is a choice: the provider takes what it may, and says where the browser goes. */
export async function POST(request: NextRequest): Promise<Response> {
  const form = await request.formData()
  const id = String(form.get('id'))
  try {
    const decided = await decide(request, form)
    if ('redirectTo' in decided) return to(decided.redirectTo)
    return 'problem' in decided ? consent({ id, problem: decided.problem }) : consent({ id })
  } catch (error) {
    // The page reads the request again, and says what has become of it.
    if (error instanceof OAuthError) return consent({ id })
    throw error
  }
}
