import type { Context, ResourceOption } from '../context.js'
import { lazily } from '../lazily.js'
import { resourceMetadataPath, resourceMetadataPaths } from '../protocol/metadata-paths.js'
import { isForProjects, resourceFor } from '../protocol/resource.js'
import type { Pattern, Route } from './call.js'

function documentOf(context: Context, resource: string, option: ResourceOption): Route {
  const made = lazily(async () => (await import('./resource-document.js')).resourceDocument(context, resource, option))
  return { kind: 'machine', methods: { GET: made((get) => get) } }
}

/** A resource's own path comes after every other spelling, so that it wins over the spelling of another resource. */
export function resourceDocuments(context: Context): readonly (readonly [string, Route])[] {
  const only = context.resources.size === 1
  const documents = [...context.resources]
    .filter(([resource]) => !isForProjects(resource))
    .map(([resource, option]) => ({ resource, document: documentOf(context, resource, option) }))
  return [
    ...documents.flatMap(({ resource, document }) =>
      resourceMetadataPaths(resource, only).map((path) => [path, document] as const),
    ),
    ...documents.map(({ resource, document }) => [resourceMetadataPath(resource), document] as const),
  ]
}

/** Stands in the place of the project, in an address that is taken apart there. */
const marker = '0-project-0'

/** The documents of resources that there is one of for each project. */
export function resourcePatterns(context: Context): readonly Pattern[] {
  return [...context.resources]
    .filter(([resource]) => isForProjects(resource))
    .map(([resource, option]) => {
      const [before = '', after = ''] = resourceMetadataPath(resourceFor(resource, marker)).split(marker)
      const made = lazily(async () =>
        (await import('./resource-document.js')).documentOfProject(context, resource, option),
      )
      const route: Route = { kind: 'machine', methods: { GET: made((get) => get) } }
      return { before, after: after.replace(/\/$/, ''), route }
    })
}
