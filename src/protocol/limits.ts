/** Every bound this provider puts on what it reads, in one place. Lengths are UTF-16 code units unless the name says bytes. */
export const limits = {
  /** A form or JSON body. */
  bodyBytes: 65_536,
  /** A client registration's JSON body. */
  registrationBodyBytes: 32_768,
  /** Name-value pairs in one request. */
  parameters: 100,
  /** The same, in a form of ours in which people choose among many things. */
  formParameters: 1_000,
  nameLength: 128,
  valueLength: 16_384,
  /** Values that are themselves documents: request objects, assertions, tokens to exchange. */
  documentLength: 65_536,
  /** The request target of the authorization endpoint, query included. */
  uriLength: 16_384,
  clientIdLength: 512,
  /** What is kept of a `User-Agent`. */
  agentLength: 300,
  /** The name of a host's own audit event, and its data as JSON. */
  eventTypeLength: 64,
  auditDataLength: 8_192,
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
  /** What a client is for, in the words of whoever registered it. */
  descriptionLength: 1000,
  /** Projects that one client may be pinned to. */
  pinnedProjects: 100,
  /** How many seconds a device waits between two polls, how many more after each that came too soon, and how many at the most. */
  deviceInterval: 5,
  deviceSlowDown: 5,
  deviceIntervalAtMost: 60,
  /** For how many seconds at the most a user code may be good. */
  deviceCodeSeconds: 1_800,
  /** Clients that one initial access token may be good for. */
  initialAccessTokenUses: 100,
  /** For how many seconds a client's old secret may go on working beside the new one. */
  secretOverlap: 2_592_000,
  /** A client metadata document, unless the host allows more, and the most it may allow. */
  metadataDocumentBytes: 5_120,
  metadataDocumentBytesAtMost: 65_536,
  /** What a client publishes its keys in. */
  keySetBytes: 65_536,
  publicKeys: 50,
  /** Documents that are fetched at the same moment, and those of them from one host. */
  documentsAtOnce: 32,
  documentsAtOncePerHost: 8,
  /** From looking up the name to the last byte. */
  documentMilliseconds: 5_000,
  /** How many documents are remembered in memory. */
  documentsKept: 1_000,
  /** For how many seconds at the most a URL that failed is left alone. */
  documentRetrySeconds: 10,
  /** Calls that wait for the storage, unless the host says otherwise, before requests are turned away. */
  storageCallsAtOnce: 1_000,
  /** How deep a document that was fetched may be nested. */
  jsonDepth: 8,
  /** For how many seconds from now a client assertion may be valid. */
  assertionSeconds: 600,
  assertionIdLength: 512,
  /** How many seconds two clocks may be apart. */
  clockSkew: 30,
  /** Projects that one consent names one by one. */
  chosenProjects: 200,
  /** What people may call a connection, in code points. */
  labelLength: 60,
  /** What people look for in a list. */
  searchLength: 100,
} as const
