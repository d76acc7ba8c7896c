import { createHash, randomBytes } from 'node:crypto'
import type { Connection } from './connection.js'
import type { Seed } from './contestant.js'
import type { Step } from './steps.js'
import { redirectUri, scope } from './terms.js'
import { clientOf, type Endpoints, redemption, tokensOf } from './traffic.js'
import { textOf } from './wires.js'

/** A person, as the browser and the client know them, who is signed in and has been sent here: what a flow begins with. */
export function arrival(person: Seed, asked: Endpoints['asked'] = {}): Seed {
  const verifier = randomBytes(32).toString('base64url')
  const state = randomBytes(8).toString('base64url')
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: textOf(person, 'client_id'),
    redirect_uri: redirectUri,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    scope,
    state,
    ...asked,
  }).toString()
  return { ...person, verifier, state, query }
}

/** Take those steps now, to make a seed of what they leave. */
export async function along(steps: readonly Step[], connection: Connection, seed: Seed): Promise<Seed> {
  let held = seed
  for (const { request, next } of steps) held = next(held, await connection.send(request(held))) ?? held
  return held
}

/** Redeem a code: the seed of a live pair of tokens. */
export async function redeemed({ token }: Endpoints, connection: Connection, seed: Seed): Promise<Seed> {
  const answer = await connection.send(redemption(token).request(seed))
  const { access_token, refresh_token } = tokensOf(answer)
  return { ...clientOf(seed), subject: seed.subject, access_token, refresh_token }
}
