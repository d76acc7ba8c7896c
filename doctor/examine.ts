import type { Finding } from './finding.js'
import { asker } from './http.js'
import type { Patient } from './patient.js'
import { probeAuthorization } from './probes/authorization.js'
import { probeCors } from './probes/cors.js'
import { findMetadata, probeMetadata } from './probes/metadata.js'
import { probeRegistration } from './probes/registration.js'
import { probeResource } from './probes/resource.js'
import { probeToken } from './probes/token.js'

export interface Examination {
  /** A protected resource to look at as well. */
  readonly resource?: string
  /** A public client with the redirect URI `http://127.0.0.1/grantor-doctor`, where clients do not register themselves. */
  readonly client?: string
  /** Whether clients may be registered, which are deleted afterwards where the provider lets them be. Left out: yes. */
  readonly register?: boolean
  /** How long to wait for each answer. Left out: ten seconds. */
  readonly milliseconds?: number
}

/**
 * Look at a running provider from outside, as strict clients and as known ones do. Nobody signs in; what cannot be seen without that
 * is not judged.
 *
 * @param issuer the URL it is known by, to the letter
 */
export async function examine(issuer: string, options: Examination = {}): Promise<readonly Finding[]> {
  const { resource = null, client = null, register = true, milliseconds = 10_000 } = options
  const ask = asker(milliseconds)
  const { metadata, findings } = await findMetadata(ask, issuer)
  const patient: Patient = { ask, issuer, metadata, resource, client, register }
  if (Object.keys(metadata).length === 0) return [...findings, ...(await probeResource(patient))]
  const registrations = await probeRegistration(patient)
  const known: Patient = { ...patient, client: registrations.client }
  const others = [
    await probeMetadata(known),
    registrations.findings,
    await probeAuthorization(known),
    await probeToken(known),
    await probeCors(known),
    await probeResource(known),
  ]
  await registrations.clear()
  return [...findings, ...others.flat()]
}
