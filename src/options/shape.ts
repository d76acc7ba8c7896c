import * as z from 'zod/mini'
import { limits } from '../protocol/limits.js'
import type { Storage } from '../storage.js'
import { adminSchema } from './admin.js'
import { deviceFlowSchema } from './device.js'
import { registrationSchema } from './registration.js'
import { resourceSchema } from './resources.js'
import { scopeSchema } from './scopes.js'

/** What every option has to look like, before anybody asks whether they go together. */

const aFunction = z.custom((value) => typeof value === 'function', { error: 'must be a function' })
const lifetime = z.int().check(z.gte(1))
const text = z.string().check(z.minLength(1))
const names = z.array(text)

const schema = z.strictObject({
  issuer: text,
  storage: z.custom((value) => typeof (value as Storage | null)?.commit === 'function', { error: 'must be a storage' }),
  storageCallsAtOnce: z.optional(z.int().check(z.gte(1))),
  scopes: z.record(z.string().check(z.regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)), scopeSchema),
  resources: z.record(text, resourceSchema),
  session: aFunction,
  login: aFunction,
  switchAccount: z.optional(aFunction),
  address: z.optional(aFunction),
  projects: z.optional(z.strictObject({ label: text, choose: z.enum(['one', 'many', 'all']), list: aFunction })),
  entitlements: aFunction,
  active: z.optional(aFunction),
  suspicious: z.optional(aFunction),
  pages: z.optional(
    z.looseObject({
      consent: aFunction,
      error: aFunction,
      done: aFunction,
      code: aFunction,
      deviceCode: aFunction,
      device: aFunction,
      connectedApps: aFunction,
      connectedApp: aFunction,
    }),
  ),
  interaction: z.optional(aFunction),
  defaultScope: z.optional(names),
  defaultResource: z.optional(names),
  acrValues: z.optional(z.array(z.string().check(z.regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)))),
  lifetimes: z.optional(
    z.strictObject({
      authorizationCode: z.optional(z.int().check(z.gte(1), z.lte(600))),
      accessToken: z.optional(lifetime),
      refreshToken: z.optional(lifetime),
      grant: z.optional(lifetime),
      retryWindow: z.optional(z.int().check(z.gte(0), z.lte(300))),
      interaction: z.optional(lifetime),
      deviceCode: z.optional(lifetime.check(z.lte(limits.deviceCodeSeconds))),
    }),
  ),
  onReuse: z.optional(z.enum(['revoke', 'refuse'])),
  refreshTokens: z.optional(z.enum(['grant_type', 'offline_access'])),
  registration: z.optional(registrationSchema),
  admin: z.optional(adminSchema),
  deviceFlow: z.optional(deviceFlowSchema),
  legacyMcpDefaults: z.optional(z.boolean()),
  secretPrefix: z.optional(z.string().check(z.regex(/^[A-Za-z0-9]{1,16}$/))),
  pepper: z.optional(
    z.array(
      z.custom((value) => value instanceof Uint8Array && value.length >= 32, { error: 'must be 32 bytes or more' }),
    ),
  ),
  retention: z.optional(
    z.strictObject({
      expired: z.optional(z.int().check(z.gte(0))),
      unusedClients: z.optional(z.nullable(lifetime)),
      events: z.optional(z.nullable(lifetime)),
    }),
  ),
  onEvent: z.optional(aFunction),
  onRefusal: z.optional(aFunction),
  onError: z.optional(aFunction),
  telemetry: z.optional(
    z.strictObject({ tracer: z.optional(z.looseObject({})), meter: z.optional(z.looseObject({})) }),
  ),
  throttle: z.optional(
    z.union([z.literal(false), z.looseObject({ take: aFunction, peek: aFunction })], {
      error: 'must be a throttle, or false',
    }),
  ),
  now: z.optional(aFunction),
})

export const refuse = (problem: string): never => {
  throw new TypeError(`createProvider: ${problem}`)
}

/** Of an option with several forms, what is wrong with the last one: the one that takes most. */
function innermost(issue: z.core.$ZodIssue | undefined): z.core.$ZodIssue | undefined {
  const within = issue?.code === 'invalid_union' ? issue.errors.at(-1)?.[0] : undefined
  return issue && within ? innermost({ ...within, path: [...issue.path, ...within.path] }) : issue
}

/** @throws TypeError that names the option and what is wrong with it */
export function checkShape(options: unknown): void {
  const result = schema.safeParse(options, {
    error: (issue) => (issue.code === 'invalid_type' ? `must be ${issue.expected}` : undefined),
  })
  if (result.success) return
  const issue = innermost(result.error.issues[0])
  if (issue?.code === 'unrecognized_keys') refuse(`unknown option ${[...issue.path, issue.keys[0]].join('.')}`)
  refuse(`${issue?.path.join('.')}: ${issue?.message}`)
}
