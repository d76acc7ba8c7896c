import type { Context, Documents } from '../context.js'
import { lazily } from '../lazily.js'
import { limits } from '../protocol/limits.js'
import { isLoopbackHost } from '../protocol/uri.js'
import type { MetadataDocumentOptions } from './registration.js'

async function openDocuments(issuer: string, options: MetadataDocumentOptions): Promise<Documents> {
  const [{ documentLoader }, { clientDocuments }, { keySets }] = await Promise.all([
    import('../documents/load.js'),
    import('../clients/metadata-document.js'),
    import('../clients/keys.js'),
  ])
  const load = documentLoader(options.fetch, { loopback: isLoopbackHost(new URL(issuer).hostname) })
  return {
    clients: clientDocuments(load, options.maxBytes ?? limits.metadataDocumentBytes),
    keys: keySets(load),
  }
}

/** What clients publish is fetched by the host's leave only. */
export function readDocuments(issuer: string, options: false | MetadataDocumentOptions = false): Context['documents'] {
  if (!options) return null
  return lazily(() => openDocuments(issuer, options))((documents) => async () => documents)
}
