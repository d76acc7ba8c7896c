import * as fc from 'fast-check'
import { describable, OAuthError } from 'grantor/protocol'
import { describe, expect, it } from 'vitest'

describe('OAuthError', () => {
  it('GEN-10 keeps quotes, backslashes, control and non-ASCII characters out of error_description', () => {
    expect(describable('a "b" \\ c\r\nd é')).toBe("a 'b' ' c??d ?")
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(describable(text)).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/)
      }),
    )
  })

  it('GEN-11 has a body with error and error_description only', () => {
    const error = new OAuthError('invalid_client', 'unknown client or bad credentials', 'client.unknown')
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      error: 'invalid_client',
      error_description: 'unknown client or bad credentials',
    })
    expect(error.status).toBe(401)
  })

  it('takes another status and headers where the usual ones are wrong', () => {
    const error = new OAuthError('invalid_request', 'too large', 'body.too_large', {
      status: 413,
      headers: { Connection: 'close' },
    })
    expect([error.status, error.headers]).toEqual([413, { Connection: 'close' }])
  })
})
