import { createProvider, type Provider } from 'grantor'
import { pages } from 'grantor/pages'
import { memoryStorage } from 'grantor/storage/memory'

export type NotesScope = 'notes:read' | 'notes:write'

/**
 * The provider of both servers here. A real app hands over its own session, permissions and database; this one has a single person,
 * who is always signed in, and two notebooks.
 */
export const createNotesProvider = <HostRequest>(issuer: string): Provider<HostRequest, NotesScope> =>
  createProvider<HostRequest, NotesScope>({
    issuer,
    storage: memoryStorage(),
    scopes: {
      'notes:read': { description: 'Read your notes', readOnly: true },
      'notes:write': { description: 'Write notes', implies: ['notes:read'] },
    },
    resources: { [`${issuer}/mcp`]: { name: 'Notes' } },
    session: () => ({ subject: 'you', name: 'you@example.com' }),
    login: () => '/',
    projects: {
      label: 'notebook',
      choose: 'many',
      list: () => [
        { id: 'work', name: 'Work' },
        { id: 'home', name: 'Home' },
      ],
    },
    entitlements: () => ['notes:write'],
    pages: pages({ name: 'Notes' }),
  })

/** What each tool needs. */
export const scopeOf = (tool: string): NotesScope => (tool === 'add_note' ? 'notes:write' : 'notes:read')

/** The scopes a JSON-RPC body needs: what is asked for stands in it, not in the path. */
export function neededScope(body: unknown): readonly NotesScope[] {
  const calls = [body].flat().flatMap((message) => {
    const { method, params } = (message ?? {}) as { method?: unknown; params?: { name?: unknown } }
    return method === 'tools/call' && typeof params?.name === 'string' ? [params.name] : []
  })
  return calls.length === 0 ? ['notes:read'] : [...new Set(calls.map(scopeOf))]
}
