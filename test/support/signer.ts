import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { start } from './clock.js'

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Claims and header of one assertion; undefined takes a default away. */
export interface Assertion {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
}

/** A key pair of a client, which signs its assertions. */
export interface Signer {
  readonly kid: string
  /** As it is published. */
  readonly jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] }
  readonly sign: (clientId: string, audience: unknown, changes?: Assertion) => Promise<string>
}

/** @param now in seconds; the clock of the tests unless given */
export async function newSigner(
  alg = 'ES256',
  { now = () => start, kid = randomUUID() }: { readonly now?: () => number; readonly kid?: string } = {},
): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(publicKey)
  return {
    kid,
    jwks: { keys: [{ ...jwk, kid, alg, use: 'sig' }] },
    async sign(clientId, audience, { claims = {}, header = {} } = {}) {
      const at = Math.floor(now())
      const payload = {
        iss: clientId,
        sub: clientId,
        aud: audience,
        iat: at,
        exp: at + 60,
        jti: randomUUID(),
        ...claims,
      }
      return new SignJWT(payload as JWTPayload).setProtectedHeader({ alg, kid, ...header }).sign(privateKey)
    },
  }
}

/** What a request carries that an assertion authenticates. */
export const asserted = (assertion: string) => ({
  client_assertion: assertion,
  client_assertion_type: assertionType,
})
