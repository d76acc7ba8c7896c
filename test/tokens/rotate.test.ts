import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Context } from '../../src/context.js'
import { secretFrom } from '../../src/tokens/format.js'
import {
  deriveAccessToken,
  deriveRefreshToken,
  newRotation,
  readNote,
  seedOf,
  writeNote,
} from '../../src/tokens/rotate.js'

const context = (...peppers: readonly Uint8Array[]) =>
  ({
    secretPrefix: 'grantor',
    random: (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes)),
    peppers,
  }) as unknown as Context

const pepper = (fill: number) => new Uint8Array(32).fill(fill)
const bare = context()
const presented = secretFrom(bare, 'refresh_token', '7'.repeat(43))
const asked = { scope: ['read', 'write'], resource: ['https://a.example', 'https://b.example'] }

describe('a rotation', () => {
  it('leads to the same successor and the same access token whenever it is repeated', () => {
    const rotation = newRotation(bare)
    const again = readNote(bare, writeNote(rotation))
    if (!again) throw new Error('unreadable')
    expect(deriveRefreshToken(bare, seedOf(presented, again)).reveal()).toBe(
      deriveRefreshToken(bare, seedOf(presented, rotation)).reveal(),
    )
    expect(deriveAccessToken(bare, seedOf(presented, again), asked).reveal()).toBe(
      deriveAccessToken(bare, seedOf(presented, rotation), asked).reveal(),
    )
  })

  it('S-112 leads elsewhere with another salt, another token or another pepper', () => {
    const rotation = newRotation(bare)
    const other = secretFrom(bare, 'refresh_token', '8'.repeat(43))
    const found = [
      deriveRefreshToken(bare, seedOf(presented, rotation)),
      deriveRefreshToken(bare, seedOf(presented, newRotation(bare))),
      deriveRefreshToken(bare, seedOf(other, rotation)),
      deriveRefreshToken(bare, seedOf(presented, { ...rotation, pepper: pepper(1) })),
      deriveRefreshToken(bare, seedOf(presented, { ...rotation, pepper: pepper(2) })),
    ]
    expect(new Set(found.map((secret) => secret.reveal())).size).toBe(found.length)
  })

  it('answers a question by what it asks, whatever its order', () => {
    const rotation = newRotation(bare)
    const derive = (scope: readonly string[], resource: readonly string[]) =>
      deriveAccessToken(bare, seedOf(presented, rotation), { scope, resource }).reveal()
    expect(derive(['write', 'read'], ['https://b.example', 'https://a.example'])).toBe(
      derive(asked.scope, asked.resource),
    )
    const different = [
      derive(['read'], asked.resource),
      derive(asked.scope, []),
      derive(['readwrite'], []),
      derive([], []),
    ]
    expect(new Set([...different, derive(asked.scope, asked.resource)]).size).toBe(5)
  })

  it('leaves nothing in its note that could be used', () => {
    const rotation = newRotation(context(pepper(1)))
    const note = writeNote(rotation)
    expect(note).not.toContain(presented.reveal())
    expect(note).not.toContain(Buffer.from(pepper(1)).toString('base64url').slice(0, 8))
    expect(note.length).toBeLessThan(64)
  })

  it('is read with any pepper that is still known, and with no other', () => {
    const note = writeNote(newRotation(context(pepper(1))))
    expect(readNote(context(pepper(2), pepper(1)), note)?.pepper).toEqual(pepper(1))
    expect(readNote(context(pepper(2)), note)).toBeNull()
    expect(readNote(bare, note)).toBeNull()
    expect(readNote(bare, '')).toBeNull()
  })

  it('reads notes back for any salt', () => {
    fc.assert(
      fc.property(fc.option(fc.nat(255)), (fill) => {
        const own = fill === null ? bare : context(pepper(fill))
        const rotation = newRotation(own)
        const read = readNote(own, writeNote(rotation))
        return read?.salt === rotation.salt && Buffer.from(read.pepper ?? []).equals(Buffer.from(rotation.pepper ?? []))
      }),
    )
    expect(newRotation(bare).salt).toHaveLength(43)
  })
})
