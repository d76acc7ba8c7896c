import { headers } from 'next/headers'
import { NextRequest } from 'next/server'
import { issuer } from '@/lib/issuer'

/** The request that a page is drawn for, with its cookies: what a route handler would have been given. */
export const visit = async (path: string): Promise<NextRequest> =>
  new NextRequest(new URL(path, issuer), { headers: new Headers(await headers()) })
