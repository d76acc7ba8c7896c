import { defaultLifetimes, type Lifetimes } from 'grantor'
import * as z from 'zod'

const lifetimeNames = Object.keys(defaultLifetimes)

const lifetimes = z.strictObject(
  Object.fromEntries(lifetimeNames.map((name) => [name, z.int('must be a whole number of seconds').optional()])),
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `has no ${String(issue.keys)}; there is ${lifetimeNames.join(', ')}`
        : 'must be an object such as {"authorizationCode":2}',
  },
)

/** The next port is the sample client's. */
const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a number')
  .transform(Number)
  .refine((number) => number >= 1 && number <= 65_534, 'must be from 1 to 65534')

const flag = z.enum(['0', '1'], { error: 'must be 1 or 0' }).transform((value) => value === '1')

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON such as {"authorizationCode":2}' })
    return z.NEVER
  }
})

const schema = z.object({
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/, 'must be a host name or an IP address')
    .default('127.0.0.1'),
  PORT: port.default(3000),
  DATABASE_URL: z.string().optional(),
  DEMO_RESET: flag.default(false),
  DEMO_LIFETIMES: json.pipe(lifetimes).default({}),
  DEMO_THROTTLE: z.enum(['on', 'off'], { error: 'must be on or off' }).default('on'),
  DEMO_ALLOW_LOOPBACK_METADATA: flag.default(false),
})

/** What the demo is told by its environment. */
export interface Env {
  readonly host: string
  readonly port: number
  /** Null: SQLite in the demo's own folder. */
  readonly databaseUrl: string | null
  readonly reset: boolean
  /** Seconds. */
  readonly lifetimes: Partial<Lifetimes>
  /** Whether attempts are counted, and too many of them refused. */
  readonly throttle: boolean
  /** Whether clients may describe themselves on this machine. */
  readonly loopbackMetadata: boolean
}

const lifetimesOf = (given: z.infer<typeof lifetimes>): Partial<Lifetimes> =>
  Object.fromEntries(Object.entries(given).filter(([, seconds]) => seconds !== undefined))

/** @throws TypeError that names the variable and what is wrong with it */
export function readEnv(variables: Readonly<Record<string, string | undefined>>): Env {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''))
  const parsed = schema.safeParse(given)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new TypeError(`${issue?.path.join('.')} ${issue?.message}`)
  }
  const { HOST, PORT, DATABASE_URL, DEMO_RESET, DEMO_LIFETIMES, DEMO_THROTTLE, DEMO_ALLOW_LOOPBACK_METADATA } =
    parsed.data
  return {
    host: HOST,
    port: PORT,
    databaseUrl: DATABASE_URL ?? null,
    reset: DEMO_RESET,
    lifetimes: lifetimesOf(DEMO_LIFETIMES),
    throttle: DEMO_THROTTLE === 'on',
    loopbackMetadata: DEMO_ALLOW_LOOPBACK_METADATA,
  }
}
