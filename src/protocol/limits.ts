/** Every bound this provider puts on what it reads, in one place. Lengths are UTF-16 code units unless the name says bytes. */
export const limits = {
  /** A form or JSON body. */
  bodyBytes: 65_536,
  /** A client registration's JSON body. */
  registrationBodyBytes: 32_768,
  /** Name-value pairs in one request. */
  parameters: 100,
  nameLength: 128,
  valueLength: 16_384,
  /** Values that are themselves documents: request objects, assertions, tokens to exchange. */
  documentLength: 65_536,
  /** The request target of the authorization endpoint, query included. */
  uriLength: 16_384,
  clientIdLength: 512,
  redirectUris: 50,
  /** One redirect URI, or one other URI in client metadata. */
  metadataUriLength: 2048,
  /** In code points, as a person counts. */
  clientNameLength: 200,
  contacts: 10,
  /** A contact, a software id, a software version. */
  metadataTextLength: 320,
  /** Members such as `client_name#ja`. */
  languageVariants: 40,
} as const
