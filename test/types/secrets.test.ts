import type { AuditEvent, Client, Grant, JsonObject, JsonValue, Token } from 'grantor'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { EventParts } from '../../src/audit.js'
import { Secret } from '../../src/tokens/secret.js'

/** What follows is checked by the compiler: each of these lines stops compiling when a secret fits in where it must not. */
describe('a Secret', () => {
  it('LOG-01 GEN-23 fits into no JSON', () => {
    expectTypeOf<Secret>().not.toExtend<JsonValue>()
    expectTypeOf<Secret>().not.toExtend<JsonObject>()
    expectTypeOf<{ readonly token: Secret }>().not.toExtend<JsonObject>()
    expectTypeOf<readonly Secret[]>().not.toExtend<JsonValue>()
    expectTypeOf<{ readonly deep: { readonly in: readonly Secret[] } }>().not.toExtend<JsonObject>()
    expectTypeOf<string>().toExtend<JsonValue>()
  })

  it('LOG-01 fits into no event and no record', () => {
    const secret = new Secret('grantor_at_x')
    // @ts-expect-error a secret is not JSON
    const event: Pick<AuditEvent, 'data'> = { data: { token: secret } }
    // @ts-expect-error a secret is not JSON
    const parts: EventParts = { type: 'token.issued', data: { deep: { token: secret } } }
    // @ts-expect-error a secret is not JSON
    const token: Pick<Token, 'data'> = { data: { tokens: [secret] } }
    // @ts-expect-error a secret is no digest
    const digest: Pick<Token, 'digest'> = { digest: secret }
    // @ts-expect-error a secret is not JSON
    const grant: Pick<Grant, 'details'> = { details: { secret } }
    // @ts-expect-error a secret is not JSON
    const client: Pick<Client, 'metadata' | 'policy'> = { metadata: { secret }, policy: {} }
    // What got through in spite of the compiler still says nothing.
    for (const one of [event, parts, token, digest, grant, client])
      expect(JSON.stringify(one)).not.toContain('grantor_at_x')
  })

  it('LOG-01 is never taken for a digest, nor a plain string for one', () => {
    expectTypeOf<string>().not.toExtend<Token['digest']>()
    expectTypeOf<Secret>().not.toExtend<Token['digest']>()
  })
})

describe('ids', () => {
  it('GEN-22 of different things are not interchangeable', () => {
    expectTypeOf<Client['id']>().not.toExtend<Grant['id']>()
    expectTypeOf<Grant['subject']>().not.toExtend<Client['id'] | null>()
    expectTypeOf<Client['id']>().not.toExtend<NonNullable<Grant['subject']>>()
    expectTypeOf<Grant['createdAt']>().not.toExtend<string>()
    expectTypeOf<number>().not.toExtend<Grant['createdAt']>()
  })
})
