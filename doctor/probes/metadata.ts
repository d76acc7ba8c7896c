import { refuseIssuer, serverMetadataPaths } from 'grantor/protocol'
import { error, type Finding, found, warning } from '../finding.js'
import { type Answer, type Ask, described, isHtml, isJson } from '../http.js'
import { listOf, origin, type Patient } from '../patient.js'

/** RFC 8414, RFC 9207, and where clients look for the document. */

interface Places {
  readonly metadata: Patient['metadata']
  readonly findings: readonly Finding[]
}

const usable = (answer: Answer | null): answer is Answer & { readonly json: Patient['metadata'] } =>
  answer?.status === 200 && answer.json !== null && typeof answer.json.issuer === 'string'

/** The document in every place that clients try. */
export async function findMetadata(ask: Ask, issuer: string): Promise<Places> {
  const { origin: site } = new URL(issuer)
  const paths = serverMetadataPaths(issuer)
  const answers = await Promise.all(paths.map((path) => ask(site + path, { headers: { origin } })))
  const [first, second] = answers
  const document = answers.find(usable)
  if (!document)
    return {
      metadata: {},
      findings: [
        error('metadata.missing', {
          what: `no metadata document at ${paths.join(', ')} (${answers.map(described).join('; ')})`,
          why: 'clients cannot find any endpoint; nothing can connect',
          mend: 'serve the document of RFC 8414 section 3 at the first of these paths',
        }),
      ],
    }
  const differs = answers.filter(usable).find(({ json }) => JSON.stringify(json) !== JSON.stringify(document.json))
  return {
    metadata: document.json,
    findings: found(
      !usable(first ?? null) &&
        error('metadata.oauth_path', {
          what: `${paths[0]} answers ${described(first ?? null)}`,
          why: 'clients that follow RFC 8414 look only here',
          mend: `serve the document at ${paths[0]}`,
        }),
      !usable(second ?? null) &&
        warning('metadata.openid_path', {
          what: `${paths[1]} answers ${described(second ?? null)}`,
          why: 'clients that begin with OpenID Connect discovery, as several MCP clients do, need another try or give up',
          mend: `serve the same document at ${paths[1]}`,
        }),
      answers.some((answer) => answer?.status === 200 && isHtml(answer)) &&
        error('metadata.html', {
          what: 'a well-known path answers 200 with an HTML page',
          why: 'clients take the page of a single-page app for the document, and stop',
          mend: 'answer 404 with a JSON body at well-known paths that hold nothing',
        }),
      answers.some((answer) => answer?.status === 401) &&
        error('metadata.protected', {
          what: 'a well-known path answers 401',
          why: 'clients read it before they have a token, and stop',
          mend: 'let well-known paths through in front of authentication',
        }),
      differs &&
        error('metadata.differs', {
          what: 'the documents at the well-known paths differ',
          why: 'what a client may do depends on where it looked first; PKCE is often missing from one of them',
          mend: 'serve one document everywhere',
        }),
      !isJson(document) &&
        error('metadata.content_type', {
          what: `the document is served as ${described(document)}`,
          why: 'strict clients refuse what is not application/json (RFC 8414 section 3.2)',
          mend: 'send Content-Type: application/json',
        }),
      !document.headers.has('access-control-allow-origin') &&
        error('metadata.cors', {
          what: 'the document has no Access-Control-Allow-Origin',
          why: 'clients in a browser, the MCP Inspector among them, cannot read it',
          mend: 'send Access-Control-Allow-Origin: * with it; it is public',
        }),
    ),
  }
}

function aboutIssuer({ issuer, metadata }: Patient): readonly Finding[] {
  const said = String(metadata.issuer)
  const refused = refuseIssuer(said)
  return found(
    said !== issuer &&
      error('metadata.issuer', {
        what: `the document says issuer ${said}, but it was found by ${issuer}`,
        why:
          said.replace(/\/$/, '') === issuer.replace(/\/$/, '')
            ? 'one has a slash at its end and the other has not: clients compare byte for byte (RFC 8414 section 3.3) and stop'
            : 'clients compare byte for byte (RFC 8414 section 3.3) and stop',
        mend: 'write the issuer in one way everywhere: in the document, in iss, and in authorization_servers of the resource',
      }),
    refused !== null &&
      error('metadata.issuer_url', {
        what: `the issuer ${refused}`,
        why: 'RFC 8414 section 2 allows an https URL without query and fragment; clients refuse others',
        mend: 'serve the issuer on https (http is for loopback)',
      }),
  )
}

function aboutMembers(patient: Patient): readonly Finding[] {
  const { metadata } = patient
  const methods = listOf(patient, 'code_challenge_methods_supported')
  const auth = listOf(patient, 'token_endpoint_auth_methods_supported')
  const missing = ['authorization_endpoint', 'token_endpoint', 'response_types_supported'].filter(
    (name) => metadata[name] === undefined,
  )
  const empty = Object.entries(metadata).filter(([, value]) => value === null || value === '')
  const query = /[?&]prompt=/.test(String(metadata.authorization_endpoint ?? ''))
  const ways = metadata.registration_endpoint ?? metadata.client_id_metadata_document_supported
  return found(
    missing.length > 0 &&
      error('metadata.required', {
        what: `the document lacks ${missing.join(', ')}`,
        why: 'RFC 8414 section 2 requires them; clients that check the document refuse it',
        mend: 'add them',
      }),
    empty.length > 0 &&
      error('metadata.empty', {
        what: `${empty.map(([name]) => name).join(', ')}: null or empty`,
        why: 'clients that check the document expect a URL or a list, and refuse it whole',
        mend: 'leave members without a value out (RFC 8414 section 3.2)',
      }),
    !methods?.includes('S256') &&
      error('metadata.pkce', {
        what: `code_challenge_methods_supported is ${methods === null ? 'missing' : methods.join(', ') || 'empty'}`,
        why: 'MCP clients must refuse a server that does not list S256',
        mend: 'support PKCE and list ["S256"] in every document',
      }),
    methods?.includes('plain') &&
      warning('metadata.pkce_plain', {
        what: 'code_challenge_methods_supported lists plain',
        why: 'plain does not protect a code from whoever sees the authorization request',
        mend: 'take S256 only',
      }),
    auth !== null &&
      !auth.includes('none') &&
      error('metadata.public_clients', {
        what: `token_endpoint_auth_methods_supported lists ${auth.join(', ')}, and not none`,
        why: 'Claude, Codex and other clients on people’s machines are public: they give up, or never use their metadata document',
        mend: 'support public clients with PKCE and list none',
      }),
    auth === null &&
      error('metadata.auth_methods', {
        what: 'token_endpoint_auth_methods_supported is missing',
        why: 'its default is client_secret_basic alone (RFC 8414 section 2), which keeps public clients away',
        mend: 'list the methods there are',
      }),
    metadata.authorization_response_iss_parameter_supported !== true &&
      warning('metadata.iss', {
        what: 'authorization_response_iss_parameter_supported is not true',
        why: 'clients of several servers cannot tell whose answer they got (RFC 9207); MCP is about to require it',
        mend: 'send iss with every authorization response, errors included, and say so',
      }),
    query &&
      error('metadata.prompt', {
        what: 'authorization_endpoint has prompt= in its query',
        why: 'clients append their own prompt, and strict servers refuse a repeated parameter',
        mend: 'advertise the endpoint without it',
      }),
    !ways &&
      warning('metadata.registration', {
        what: 'neither registration_endpoint nor client_id_metadata_document_supported',
        why: 'clients that nobody registered by hand cannot connect, which is how MCP clients work',
        mend: 'support client id metadata documents, or dynamic registration',
      }),
    metadata.scopes_supported !== undefined &&
      !listOf(patient, 'scopes_supported')?.length &&
      warning('metadata.scopes', {
        what: 'scopes_supported is there but empty',
        why: 'some clients then ask for an empty scope',
        mend: 'list the scopes, or leave the member out',
      }),
  )
}

export async function probeMetadata(patient: Patient): Promise<readonly Finding[]> {
  return [...aboutIssuer(patient), ...aboutMembers(patient)]
}
