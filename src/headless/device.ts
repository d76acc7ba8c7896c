import type { Context } from '../context.js'
import type { DeviceStep } from '../endpoints/device.js'
import type { HeadlessApproval } from '../headless.js'
import type { HttpRequest } from '../http/message.js'
import type { DeviceDecided } from '../interactions/device.js'
import type { Look } from '../interactions/projects.js'
import { lazily } from '../lazily.js'

/** A step, and what the answer to the browser has to set. */
export type ReadDevice = DeviceStep & {
  /** For the header `Set-Cookie`; null: the browser has its cookie. */
  readonly cookie: string | null
}

/** Letting devices in, for hosts that draw these pages themselves. Every call needs the request of the browser it belongs to. */
export interface Devices<HostRequest> {
  /**
   * The page for a code: where to enter one, what to decide, or what was decided.
   *
   * @param code as the address of the page has it; empty: none
   * @param look the part of the person's projects to read; the first page of them when left out
   * @throws OAuthError to be shown to the person
   */
  readonly read: (request: HttpRequest, host: HostRequest, code: string, look?: Look) => Promise<ReadDevice>
  /**
   * Take a code that the person typed in their name, as they wrote it. `csrf` is that of the page where it was entered.
   *
   * @returns the code as people are shown it: read the page for it now
   * @throws OAuthError `user_code.unknown`, `user_code.taken` or `user_code.expired`; 429 after too many
   */
  readonly claim: (
    request: HttpRequest,
    host: HostRequest,
    code: string,
    proof: { readonly csrf: string },
  ) => Promise<{ readonly code: string }>
  readonly approve: (
    request: HttpRequest,
    host: HostRequest,
    code: string,
    approval: HeadlessApproval,
  ) => Promise<DeviceDecided>
  readonly deny: (
    request: HttpRequest,
    host: HostRequest,
    code: string,
    proof: { readonly csrf: string },
  ) => Promise<DeviceDecided>
}

export function devicesOf<HostRequest>(context: Context): Devices<HostRequest> {
  const part = lazily(async () => (await import('./device-decisions.js')).deviceDecisions(context))
  return {
    read: part((it) => it.read),
    claim: part((it) => it.claim),
    approve: part((it) => it.approve),
    deny: part((it) => it.deny),
  }
}
