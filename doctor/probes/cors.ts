import { error, type Finding, found } from '../finding.js'
import { endpoint, origin, type Patient } from '../patient.js'

/** What clients in a browser need: answers to preflights, and errors they may read. */

async function preflight({ ask }: Patient, url: string, method: string, header: string): Promise<boolean> {
  const answer = await ask(url, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': header },
  })
  const allowed = answer?.headers.get('access-control-allow-headers')?.toLowerCase() ?? ''
  const ok = answer !== null && answer.status >= 200 && answer.status < 300
  const any = answer?.headers.get('access-control-allow-origin') ?? null
  return ok && (any === '*' || any === origin) && (allowed.includes('*') || allowed.includes(header))
}

const blocked = (id: string, where: string, header: string): Finding =>
  error(id, {
    what: `${where}: a preflight with the header ${header} is not answered for other origins`,
    why: 'clients in a browser (MCP Inspector, web chat clients) are stopped by it before they ask',
    mend: `answer OPTIONS with 204, Access-Control-Allow-Origin: * and ${header} among Access-Control-Allow-Headers`,
  })

export async function probeCors(patient: Patient): Promise<readonly Finding[]> {
  const { issuer } = patient
  const [token, registration] = [endpoint(patient, 'token'), endpoint(patient, 'registration')]
  const document = `${new URL(issuer).origin}/.well-known/oauth-authorization-server${new URL(issuer).pathname.replace(/\/$/, '')}`
  const failed =
    token === null
      ? null
      : await patient.ask(token, { method: 'POST', headers: { origin }, body: new URLSearchParams() })
  return found(
    !(await preflight(patient, document, 'GET', 'mcp-protocol-version')) &&
      blocked('cors.metadata', 'the metadata document', 'mcp-protocol-version'),
    token !== null &&
      !(await preflight(patient, token, 'POST', 'authorization')) &&
      blocked('cors.token', 'the token endpoint', 'authorization'),
    registration !== null &&
      !(await preflight(patient, registration, 'POST', 'content-type')) &&
      blocked('cors.registration', 'the registration endpoint', 'content-type'),
    failed &&
      !failed.headers.has('access-control-allow-origin') &&
      error('cors.token_errors', {
        what: 'errors of the token endpoint have no Access-Control-Allow-Origin',
        why: 'clients in a browser see a network failure instead of the error, and cannot recover from it',
        mend: 'send the header with errors as well',
      }),
  )
}
