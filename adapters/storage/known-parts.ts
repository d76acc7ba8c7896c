import type { Change } from 'grantor'

const knownParts: Record<keyof Change, true> = {
  redeem: true,
  alive: true,
  extend: true,
  revoke: true,
  narrow: true,
  update: true,
  settings: true,
  clients: true,
  grants: true,
  tokens: true,
  events: true,
}

/**
 * Refuse a change that says more than this adapter understands. Writing the rest of it would be half a commit.
 *
 * @throws TypeError naming the part.
 */
export function assertKnownParts(change: Change): void {
  for (const part in change)
    if (!Object.hasOwn(knownParts, part) && change[part as keyof Change].length !== 0)
      throw new TypeError(`this storage adapter does not know "${part}" in a change; update the adapter`)
}
