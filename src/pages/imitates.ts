/** Letters of other scripts that are drawn like a Latin one, those of each script in pairs: the letter, and what it looks like. */
const lookalikes = new Map(
  [
    'аaбbвbгrеeзeкkмmнhоoпnрpсcтtуyхxьbіiїiјjѕsԁdԛqԝwһhүy',
    'АAВBЕEЗEКKМMНHОOРPСCТTУYХXІIЇIЈJЅSԚQԜWҮY',
    'αaβbγyεeηnιiκkνvοoρpσoτtυuχxωw',
    'ΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX',
    'օoսuհhոnցgяr',
    'ıiɪiɩiłløođdħhɑaɡgſsßsꞵbʀrɴnᴀaᴄcᴅdᴇeᴊjᴋkᴍmᴏoᴘpᴛtᴜuᴠvᴡwᴢz',
    '0o1l3e4a5s7t8b9g@a$s|l!l€e',
  ].flatMap((pairs) =>
    [...pairs].flatMap((letter, at, all) => (at % 2 === 0 ? [[letter, all[at + 1] ?? letter] as const] : [])),
  ),
)

/** What a word looks like at a glance: the commonest confusions only, and none that two honest names would share. */
const skeleton = (word: string): string =>
  [...word]
    .map((letter) => lookalikes.get(letter) ?? letter)
    .join('')
    .toLowerCase()
    .replaceAll('i', 'l')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')

/** The words of a name, accents, width and everything invisible taken away. `AcmeSync` is two. */
const wordsOf = (name: string): readonly string[] =>
  name
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}\p{Cc}\p{DI}]/gu, '')
    .replace(/(\p{Ll})(?=\p{Lu})/gu, '$1 ')
    .split(/[^\p{L}\p{N}@$|!€]+/u)
    .map(skeleton)
    .filter((word) => word !== '')

/** From this many letters on, a brand inside a longer word is no accident. Other scripts do not part their words by spaces. */
const distinctive = 5

/**
 * Whether people could take a client's name for one of the host's own: the host's name in it, in whatever letters, whole or in pieces.
 *
 * @example
 * imitates('Асmе Support', 'Acme') // true: two of the letters are Cyrillic
 * imitates('Placemeter', 'Acme') // false
 */
export function imitates(name: string, brand: string): boolean {
  const wanted = wordsOf(brand).join('')
  const words = wordsOf(name)
  if (wanted === '') return false
  if (words.some((_, from) => words.slice(from).some((_, to) => words.slice(from, from + to + 1).join('') === wanted)))
    return true
  const isDistinctive = wanted.length >= distinctive || /\P{ASCII}/u.test(wanted)
  return isDistinctive && words.join('').includes(wanted)
}
