import { lookup, Resolver } from 'node:dns/promises'

/** An address that a host name stands for. */
export interface HostAddress {
  readonly address: string
  readonly family: number
}

/** What is used of Node's `Resolver`. */
export interface NameResolver {
  readonly resolve4: (hostname: string) => Promise<readonly string[]>
  readonly resolve6: (hostname: string) => Promise<readonly string[]>
  readonly cancel: () => void
}

const none = new Set(['ENODATA', 'ENOTFOUND'])

/** A name without addresses of one family is nothing unusual. */
const orNone = (error: unknown): readonly string[] => {
  if (error instanceof Error && 'code' in error && none.has(String(error.code))) return []
  throw error
}

/**
 * Asks the DNS for every address of a name. The system's own `getaddrinfo` would occupy one of the few threads that Node has for files
 * and names for as long as a stranger's name server likes, and could not be told to stop.
 */
export async function resolveAll(
  hostname: string,
  signal: AbortSignal,
  resolver: NameResolver = new Resolver({ timeout: 1_000, tries: 2 }),
): Promise<readonly HostAddress[]> {
  const cancel = () => resolver.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    const [four, six] = await Promise.all([
      resolver.resolve4(hostname).catch(orNone),
      resolver.resolve6(hostname).catch(orNone),
    ])
    return [...four.map((address) => ({ address, family: 4 })), ...six.map((address) => ({ address, family: 6 }))]
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

/** As this machine has it, with what is written in its own files: for development. */
export const resolveLocally = (hostname: string): Promise<readonly HostAddress[]> => lookup(hostname, { all: true })
