import * as z from 'zod/mini'
import type { DeviceRules } from '../context.js'
import { endpointUrl, paths } from '../http/paths.js'
import type { Checks } from './resources.js'

/** How devices without a browser, and programs without a window, are let in (RFC 8628). */
export interface DeviceFlowOptions<ScopeName extends string> {
  /**
   * The URL of the page where people enter the code, in a host that draws it itself with `provider.device`. Left out:
   * `/oauth/device`, which is there with the shipped pages.
   */
  readonly page?: string
  /**
   * May a device show a link or a picture that has the code in it (RFC 8628 section 3.3.1)? People are asked to compare the code either
   * way. Left out: yes.
   */
  readonly link?: boolean
  /**
   * May clients that registered themselves do this? A code for a device goes wherever it is sent, so that nothing but the page itself
   * speaks against an impostor. Left out: yes.
   */
  readonly selfRegistered?: boolean
  /** The most that a device is granted. Left out: whatever people grant it. */
  readonly scope?: readonly NoInfer<ScopeName>[]
}

/** The shape of {@link DeviceFlowOptions}. */
export const deviceFlowSchema = z.union([
  z.boolean(),
  z.strictObject({
    page: z.optional(
      z.string().check(z.regex(/^https?:\/\/[\x21-\x22\x24-\x3e\x40-\x7e]+$/, 'must be a URL without a query')),
    ),
    link: z.optional(z.boolean()),
    selfRegistered: z.optional(z.boolean()),
    scope: z.optional(z.array(z.string())),
  }),
])

interface Given {
  readonly issuer: string
  readonly pages?: object
  readonly deviceFlow?: boolean | DeviceFlowOptions<string>
}

/**
 * Null: devices are not let in, by the host's word or because there is no page to enter a code on.
 *
 * @throws TypeError by way of the checks
 */
export function readDeviceFlow(
  { issuer, pages, deviceFlow }: Given,
  { requireScopes, refuse }: Checks,
): DeviceRules | null {
  if (deviceFlow === false) return null
  const { page, link = true, selfRegistered = true, scope } = typeof deviceFlow === 'object' ? deviceFlow : {}
  requireScopes('deviceFlow.scope', scope ?? [])
  if (page === undefined && !pages)
    return deviceFlow === undefined ? null : refuse('deviceFlow: people need a page to enter the code on: name it')
  return { page: page ?? endpointUrl(issuer, paths.device), link, selfRegistered, scope: scope ?? null }
}
