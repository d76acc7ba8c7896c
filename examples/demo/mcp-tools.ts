import { McpServer } from '@modelcontextprotocol/server'
import type { Access } from 'grantor'
import * as z from 'zod'
import { actorOf, itemName } from './api.js'
import type { Data } from './data.js'
import { projectsOf, type ScopeName } from './people.js'

const toolScopes: ReadonlyMap<string, ScopeName> = new Map([
  ['list_items', 'project:read'],
  ['add_item', 'project:write'],
  ['delete_item', 'project:admin'],
])

/** What calling a tool needs. Of a tool that is not there any token may learn that. */
export const scopeOfTool = (tool: string): ScopeName => toolScopes.get(tool) ?? 'project:read'

const project = z.string().optional().describe('Id of the project. May be left out when you can reach exactly one.')

/** The project that a call is about. Thrown words reach the model, which can mend its call. */
function chooseProject({ projects, subject }: Access, named: string | undefined): string {
  if (named !== undefined) return named
  const held = projects === 'all' ? projectsOf(subject).map(({ id }) => id) : projects
  const [only] = held
  if (only === undefined) throw new Error('This connection reaches no project.')
  if (held.length > 1)
    throw new Error(`This connection reaches several projects: ${held.join(', ')}. Name one in the argument "project".`)
  return only
}

/** The guard has judged what the message named; what it left to be found out is judged here. */
function projectFor(access: Access, tool: string, named: string | undefined): string {
  const chosen = chooseProject(access, named)
  if (access.allows(scopeOfTool(tool), chosen)) return chosen
  throw new Error(`This connection does not have ${scopeOfTool(tool)} in ${chosen}.`)
}

const result = (value: Record<string, unknown>) => ({
  content: [{ type: 'text' as const, text: JSON.stringify(value) }],
  structuredContent: value,
})

/** The tools as one token sees them. */
export function createToolServer(access: Access, data: Data): McpServer {
  const server = new McpServer({ name: 'quarry', title: 'Quarry', version: '1.0.0' })

  server.registerTool(
    'list_items',
    {
      description: 'List the items of a project',
      inputSchema: z.object({ project }),
      annotations: { readOnlyHint: true },
    },
    (given) => {
      const chosen = projectFor(access, 'list_items', given.project)
      return result({ project: chosen, items: data.list(chosen) })
    },
  )

  server.registerTool(
    'add_item',
    {
      description: 'Add an item to a project',
      inputSchema: z.object({ name: itemName.describe('What to call the item'), project }),
      annotations: { destructiveHint: false },
    },
    (given) => {
      const chosen = projectFor(access, 'add_item', given.project)
      return result({ project: chosen, item: data.add(chosen, given.name, actorOf(access)) })
    },
  )

  server.registerTool(
    'delete_item',
    {
      description: 'Delete an item of a project, for good',
      inputSchema: z.object({ id: z.string().describe('Id of the item'), project }),
      annotations: { destructiveHint: true, idempotentHint: true },
    },
    (given) => {
      const chosen = projectFor(access, 'delete_item', given.project)
      if (!data.remove(chosen, given.id)) throw new Error(`There is no item ${given.id} in ${chosen}.`)
      return result({ project: chosen, deleted: given.id })
    },
  )

  return server
}
