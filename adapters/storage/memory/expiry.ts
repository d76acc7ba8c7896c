import type { Token } from 'grantor'
import type { Tables } from './purge.js'

/** For how many seconds a token is kept after it has expired. On Redis it is the same. */
const keptFor = 3_600

/** How many are looked at for each that comes: with more than one, the search keeps ahead of what it searches. */
const looks = 2

/**
 * Forget tokens that expired long ago, a few for each that comes, so that a process nobody ever calls `purge` in does not fill up
 * with them. What time it is, is told by the tokens themselves: the host's clock may be another one than the machine's.
 */
export function forgetter({ tokens, uses }: Pick<Tables, 'tokens' | 'uses'>): (added: readonly Token[]) => void {
  let rest = tokens.values()
  let newest = 0
  const lookAtNext = () => {
    const { value: token, done } = rest.next()
    if (done) rest = tokens.values()
    else if (token.expiresAt + keptFor < newest) {
      tokens.delete(token.digest)
      uses.delete(token.digest)
    }
  }
  return (added) => {
    for (const { createdAt } of added) newest = Math.max(newest, createdAt)
    for (let left = added.length * looks; left > 0; left -= 1) lookAtNext()
  }
}
