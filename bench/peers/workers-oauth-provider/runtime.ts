import { register } from 'node:module'

const asModule = (source: string) => `data:text/javascript,${encodeURIComponent(source)}`

/** The one module it imports from its own runtime: a base class, which it only compares handlers with. */
const workers = asModule('export class WorkerEntrypoint {}')

const hooks = asModule(`
export const resolve = (specifier, context, next) =>
  specifier === 'cloudflare:workers' ? { url: ${JSON.stringify(workers)}, shortCircuit: true } : next(specifier, context)
`)

/** What it finds in its own runtime: that module, and the compatibility flag that its documentation asks for. */
export function provideWorkers(): void {
  register(hooks)
  Object.assign(globalThis, { Cloudflare: { compatibilityFlags: { global_fetch_strictly_public: true } } })
}
