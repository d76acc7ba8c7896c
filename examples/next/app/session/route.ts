import { type NextRequest, NextResponse } from 'next/server'
import { issuer } from '@/lib/issuer'
import { signIn } from '@/lib/people'

/** Only ever back to this app: a login that redirects anywhere is a gift to phishers. */
function backTo(next: string): string {
  const url = URL.parse(next, issuer)
  return url?.origin === new URL(issuer).origin ? url.href : issuer
}

export async function POST(request: NextRequest): Promise<Response> {
  const form = await request.formData()
  const session = signIn(String(form.get('name')))
  if (session === null) return NextResponse.redirect(new URL('/login', issuer), 303)
  const response = NextResponse.redirect(backTo(String(form.get('next'))), 303)
  response.cookies.set('session', session, { httpOnly: true, sameSite: 'lax', secure: issuer.startsWith('https:') })
  return response
}
