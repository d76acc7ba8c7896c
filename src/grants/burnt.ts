import type { Token } from '../records.js'

/** What stands in a code that was presented with a wrong verifier too often, and is used up by that. */
export const burntNote = 'burnt'

export const burnt = (token: Token): boolean => token.redemption?.note === burntNote
