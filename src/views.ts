import type { ProjectChoice } from './hooks.js'
import type { Registration } from './records.js'

/** What the pages show. Headless hosts get the same from the provider and draw their own. */

/** A client as a person sees it. Every string came from the client: escape it, and check a URL before it reaches an attribute. */
export interface ClientView {
  readonly id: string
  readonly name: string
  /** Registered by the host itself, so that its name can be believed. */
  readonly verified: boolean
  readonly registration: Registration
  readonly logo: string | null
  readonly website: string | null
}

export interface ScopeView {
  readonly name: string
  readonly description: string
  readonly sensitive: boolean
  /** Other scopes on this page that it brings along. */
  readonly implies: readonly string[]
  /** Asked for by the client, as against brought along by another scope. */
  readonly requested: boolean
  /** May not be left out, by the host's policy for this client. */
  readonly required: boolean
  /** The person holds it in at least one project. What is not held is shown, greyed, and cannot be granted. */
  readonly held: boolean
}

export interface ProjectView {
  readonly id: string
  readonly name: string
  /** The scopes on this page that the person holds here. None: it cannot be chosen. */
  readonly scope: readonly string[]
}

/** A decision waiting for a person: who asks for what. */
export interface ConsentView {
  /** Goes back with the decision. */
  readonly id: string
  /** Proves that the decision was made on the page this browser was shown. */
  readonly csrf: string
  readonly client: ClientView
  /** Where the answer goes: a host name, or a scheme for an app on the person's device. */
  readonly redirectHost: string
  /** The answer goes to a program on the person's own device, which cannot prove who it is. */
  readonly loopback: boolean
  readonly person: { readonly subject: string; readonly name: string }
  /** Names of the APIs the client will reach. */
  readonly resources: readonly string[]
  readonly scopes: readonly ScopeView[]
  /** Null in a host that has no projects. */
  readonly projects: {
    readonly label: string
    readonly choose: ProjectChoice
    readonly options: readonly ProjectView[]
    /** Ids chosen when the page opens. */
    readonly chosen: readonly string[]
  } | null
  /** The client can stay connected; the person decides whether it does. */
  readonly keepAlive: boolean
  /** Why the last attempt to approve was not taken, in a stable name; null on first sight. */
  readonly problem: 'scope_missing' | 'project_missing' | null
  /** What was chosen in that attempt, to be shown again as it was; null on first sight. */
  readonly last: {
    readonly scope: readonly string[]
    readonly projects: readonly string[] | 'all'
    readonly keepAlive: boolean
  } | null
}

/** An error a person must see, because there is nowhere safe to send it. */
export interface ErrorView {
  readonly status: number
  /** A stable name, for example `client.unknown` or `redirect_uri.mismatch`. */
  readonly reason: string
  readonly description: string
  /** Also in the host's log. */
  readonly requestId: string
  /** Where the person may go on to by an explicit click, when the client is known; never followed by itself. */
  readonly onward: { readonly host: string; readonly url: string } | null
}

export interface GrantView {
  readonly id: string
  readonly client: ClientView
  readonly scopes: readonly { readonly name: string; readonly description: string }[]
  readonly projects: readonly { readonly id: string; readonly name: string }[] | 'all'
  readonly keepAlive: boolean
  /** Unix seconds. */
  readonly authorisedAt: number
  readonly lastUsedAt: number | null
  readonly expiresAt: number
}

/** What lives on the connected apps page of one person. */
export interface ConnectedAppsView {
  readonly person: { readonly subject: string; readonly name: string }
  readonly projectLabel: string | null
  readonly grants: readonly GrantView[]
  /** Goes back with the decision to disconnect. */
  readonly csrf: string
  readonly next: string | null
}

/** What surrounds a page: how it was asked for and what its markup may rely on. */
export interface PageSetting {
  /** The page's own path, for forms. */
  readonly action: string
  /** Only `<style>` and `<script>` elements with this nonce are run. */
  readonly nonce: string
  /** The `Accept-Language` header, or what `ui_locales` asked for. */
  readonly languages: string
}

/** Draws what people see: one function from view to HTML document for each page. */
export interface Pages {
  readonly consent: (view: ConsentView, setting: PageSetting) => string
  readonly error: (view: ErrorView, setting: PageSetting) => string
  readonly connectedApps: (view: ConnectedAppsView, setting: PageSetting) => string
}
