import type { MetadataDocumentOptions } from 'grantor'
import type { RegisteredClient } from './flow.js'
import { type TestOptions, type TestProvider, testProvider } from './provider.js'
import type { Signer } from './signer.js'
import { type FakeWeb, fakeWeb } from './web.js'

export const clientUrl = 'https://reporter.example/oauth/client.json'
export const documentRedirect = 'https://reporter.example/callback'

/** The least that a document says. */
export const documentOf = (url: string, members: Readonly<Record<string, unknown>> = {}) => ({
  client_id: url,
  client_name: 'Reporter',
  redirect_uris: [documentRedirect],
  ...members,
})

export interface DocumentBox extends TestProvider {
  readonly web: FakeWeb
  /** Publish a document, and get the client that it describes. */
  readonly describe: (members?: Readonly<Record<string, unknown>>, url?: string) => RegisteredClient
  /** The same for one that signs. */
  readonly describeSigning: (signer: Signer, members?: Readonly<Record<string, unknown>>) => RegisteredClient
}

/** A provider that takes metadata documents, from a web of its own. */
export function documentBox(
  documents: Partial<MetadataDocumentOptions> = {},
  { web = fakeWeb(), ...options }: TestOptions & { readonly web?: FakeWeb } = {},
): DocumentBox {
  const box = testProvider({
    ...options,
    registration: { ...options.registration, metadataDocuments: { fetch: web.fetch, ...documents } },
  })
  const describe: DocumentBox['describe'] = (members = {}, url = clientUrl) => {
    const document = documentOf(url, members)
    web.publish(url, document)
    return { client_id: url, redirect_uris: document.redirect_uris, token_endpoint_auth_method: 'none' }
  }
  return {
    ...box,
    web,
    describe,
    describeSigning(signer, members = {}) {
      const client = describe({ token_endpoint_auth_method: 'private_key_jwt', jwks: signer.jwks, ...members })
      return { ...client, assert: () => signer.sign(client.client_id, box.issuer) }
    },
  }
}
