import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Request, Response } from 'express'

/** Sessions in memory, each known by an id in a signed cookie. */
export interface Sessions<Data> {
  readonly read: (req: Request) => Data | null
  /** When the session began, in Unix seconds. */
  readonly since: (req: Request) => number
  /** Begins a new session under a new id and ends the one before, so that an id planted earlier is worth nothing. */
  readonly start: (req: Request, res: Response, data: Data) => void
  readonly end: (req: Request, res: Response) => void
}

const twelveHours = 12 * 3_600_000

function cookieOf(req: Request, name: string): string | null {
  const pairs = (req.headers.cookie ?? '').split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? null
}

const same = (a: string, b: string) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

/**
 * @param name of the cookie. Browsers do not tell ports apart, so that two apps on one host need two names.
 */
export function createSessions<Data>(name: string): Sessions<Data> {
  const key = randomBytes(32)
  const live = new Map<string, { readonly data: Data; readonly endsAt: number }>()
  const signature = (id: string) => createHmac('sha256', key).update(id).digest('base64url')

  const idOf = (req: Request): string | null => {
    const [id = '', signed = ''] = cookieOf(req, name)?.split('.') ?? []
    return /^[\w-]+$/.test(signed) && same(signed, signature(id)) ? id : null
  }
  const forget = (req: Request) => {
    live.delete(idOf(req) ?? '')
    for (const [id, { endsAt }] of live) if (endsAt <= Date.now()) live.delete(id)
  }
  return {
    since: (req) => ((live.get(idOf(req) ?? '')?.endsAt ?? twelveHours) - twelveHours) / 1000,
    read(req) {
      const session = live.get(idOf(req) ?? '')
      return session !== undefined && session.endsAt > Date.now() ? session.data : null
    },
    start(req, res, data) {
      forget(req)
      const id = randomBytes(24).toString('base64url')
      live.set(id, { data, endsAt: Date.now() + twelveHours })
      // Lax, because people come from a client's page to the consent page by a link of another site.
      res.cookie(name, `${id}.${signature(id)}`, { httpOnly: true, sameSite: 'lax', path: '/' })
    },
    end(req, res) {
      forget(req)
      res.clearCookie(name, { httpOnly: true, sameSite: 'lax', path: '/' })
    },
  }
}
