import { plain, visible } from './plain.js'

/** What a request was made with, by its own word. */
export interface Agent {
  readonly program: string
  readonly system: string | null
}

/** Browsers, those that also claim to be another before the other. */
const browsers: readonly (readonly [token: string, name: string])[] = [
  ['Edg', 'Edge'],
  ['EdgA', 'Edge'],
  ['EdgiOS', 'Edge'],
  ['OPR', 'Opera'],
  ['Vivaldi', 'Vivaldi'],
  ['SamsungBrowser', 'Samsung Internet'],
  ['FxiOS', 'Firefox'],
  ['Firefox', 'Firefox'],
  ['CriOS', 'Chrome'],
  ['HeadlessChrome', 'Chrome'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
]

/** Programs whose token is not their name. */
const programs: ReadonlyMap<string, string> = new Map([
  ['claude-code', 'Claude Code'],
  ['claude-user', 'Claude'],
  ['codex_cli_rs', 'Codex'],
  ['code', 'VS Code'],
  ['vscode', 'VS Code'],
  ['node', 'Node.js'],
  ['undici', 'Node.js'],
  ['deno', 'Deno'],
  ['bun', 'Bun'],
  ['go-http-client', 'Go'],
  ['python-httpx', 'Python'],
  ['python-requests', 'Python'],
  ['python-urllib', 'Python'],
  ['postmanruntime', 'Postman'],
])

/** The first that fits: telephones also name the system they are made of. */
const systems: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/Windows/, 'Windows'],
  [/Android/, 'Android'],
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Mac ?OS|Macintosh|Darwin/i, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/i, 'Linux'],
]

/** What every browser says and no program is called. */
const standing = new Set(['Mozilla', 'AppleWebKit', 'Gecko', 'Version', 'Mobile', 'Electron', 'Chrome', 'Safari'])

const named = (token: string): string => programs.get(token.toLowerCase()) ?? token

/** `Name/1.0`, outside of comments; or the one word that there is. */
function tokensOf(agent: string): readonly string[] {
  const spoken = agent.replace(/\([^()]*\)/g, ' ').trim()
  const tokens = [...spoken.matchAll(/(?:^|\s)([^\s/]+)\//g)].map(([, token = '']) => token)
  return /^\S+$/.test(spoken) && tokens.length === 0 ? [spoken] : tokens
}

function programOf(agent: string): string | undefined {
  const tokens = tokensOf(agent)
  const [first] = tokens
  if (first !== 'Mozilla') return first !== undefined && agent.startsWith(first) ? named(first) : undefined
  // A program that is built on a browser says what it is called before it says so.
  if (tokens.includes('Electron')) return named(tokens.find((token) => !standing.has(token)) ?? 'Electron')
  return browsers.find(([token]) => tokens.includes(token))?.[1]
}

/**
 * Reads a `User-Agent` as a person would say it. Whoever made the request wrote it, so that it is a hint and no more; what cannot be
 * read is shown as it is, cut where it gets long.
 *
 * @example
 * readAgent('claude-code/1.0.30 (cli)') // { program: 'Claude Code', system: null }
 */
export function readAgent(agent: string): Agent {
  const text = visible(agent)
  const program = programOf(text)
  if (program === undefined) return { program: plain(text), system: null }
  const [, system = null] = systems.find(([pattern]) => pattern.test(text)) ?? []
  return { program: plain(program), system }
}
