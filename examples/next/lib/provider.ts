import { createProvider } from 'grantor'
import { pages } from 'grantor/pages'
import type { NextRequest } from 'next/server'
import { storage } from '@/lib/database'
import { issuer } from '@/lib/issuer'
import { notebooksOf, sessionOf } from '@/lib/people'

export const provider = createProvider({
  issuer,
  storage,
  scopes: {
    'notes:read': 'Read the notes in your notebook',
    'notes:write': { description: 'Write notes', implies: ['notes:read'] },
  },
  resources: { [`${issuer}/api`]: { name: 'Notebook API' } },
  session: (request: NextRequest) => sessionOf(request.cookies.get('session')?.value),
  login: (returnTo) => `/login?next=${encodeURIComponent(returnTo)}`,
  projects: {
    label: 'notebook',
    choose: 'one',
    list: ({ subject }) => notebooksOf(subject).map((id) => ({ id, name: id })),
  },
  entitlements: ({ subject, project }) =>
    project !== null && notebooksOf(subject).includes(project) ? ['notes:read', 'notes:write'] : [],
  // The consent page is this app's own, the rest is as it comes.
  interaction: (id) => `/consent?id=${encodeURIComponent(id)}`,
  pages: pages({ name: 'Notebook' }),
})
