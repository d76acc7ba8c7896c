import type { Awaitable, ProjectChoice } from './hooks.js'
import type { Registration } from './records.js'
import type { ConnectedAppsView, ConnectedAppView } from './views/connected.js'
import type {
  AuditLogView,
  ClientFormView,
  ClientSecretView,
  ClientsView,
  ManagedClientPageView,
} from './views/management.js'

export type * from './views/connected.js'
export type * from './views/management.js'

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
  /** Asked for by the client, as against brought along by another scope, or held from before. */
  readonly requested: boolean
  /** The client holds it from before, and asks for more now. */
  readonly already: boolean
  /** May not be left out, by the host's policy for this client. */
  readonly required: boolean
  /**
   * The person holds it in at least one project, or in one of those that are not on this page. What is not held is shown, greyed,
   * and cannot be granted.
   */
  readonly held: boolean
  /** Changes nothing. */
  readonly readOnly: boolean
  /** The heading it stands under; null: none. */
  readonly group: string | null
}

export interface ProjectView {
  readonly id: string
  readonly name: string
  /** The scopes on this page that the person holds here. None: it cannot be chosen. */
  readonly scope: readonly string[]
}

/** Where the client may work. */
export interface ProjectsView {
  readonly label: string
  readonly choose: ProjectChoice
  readonly options: readonly ProjectView[]
  /** Ids chosen when the page opens. */
  readonly chosen: readonly string[]
}

/** Which part of a person's projects is on the page. */
export interface ProjectListView {
  /** What they are looking for; empty: everything. */
  readonly search: string
  /** From 1. */
  readonly page: number
  readonly pages: number
  /** How many there are that match. */
  readonly found: number
  readonly total: number
  /** Those chosen before that are not on this page of the list. */
  readonly kept: readonly ProjectView[]
}

/** What every page shows on which a person lets a client in. */
export interface ChoiceView {
  /** Proves that the decision was made on the page this browser was shown. */
  readonly csrf: string
  readonly client: ClientView
  /** What speaks against believing the client, in stable names. */
  readonly warnings: readonly ConsentWarning[]
  readonly person: { readonly subject: string; readonly name: string }
  /** Names of the APIs the client will reach. */
  readonly resources: readonly string[]
  readonly scopes: readonly ScopeView[]
  /** Null in a host that has no projects. */
  readonly projects: (ProjectsView & { readonly list: ProjectListView }) | null
  /** There are scopes here that change nothing, and the client can do with those alone. */
  readonly readOnly: boolean
  /** The client can stay connected; the person decides whether it does. */
  readonly keepAlive: boolean
  /** Why the last attempt to approve was not taken, in a stable name; null on first sight. */
  readonly problem: 'scope_missing' | 'project_missing' | 'project_too_many' | 'read_only' | null
  /** What was chosen in that attempt, to be shown again as it was; null on first sight. */
  readonly last: {
    readonly scope: readonly string[]
    readonly projects: readonly string[] | 'all'
    readonly keepAlive: boolean
    readonly readOnly: boolean
    readonly label: string
  } | null
}

/** A decision waiting for a person: who asks for what. */
export interface ConsentView extends ChoiceView {
  /** Goes back with the decision. */
  readonly id: string
  /** Where the answer goes: a host name, or a scheme for an app on the person's device. */
  readonly redirectHost: string
  /** The answer goes to a program on the person's own device, which cannot prove who it is. */
  readonly loopback: boolean
  /** The answer is a code that the person is shown and takes to the client. */
  readonly byHand: boolean
  /** Where to go to approve as somebody else; null: nowhere. */
  readonly switchAccount: string | null
}

/** Where people enter the code that a device shows them. */
export interface DeviceCodeView {
  readonly csrf: string
  readonly person: { readonly subject: string; readonly name: string }
  /** Where to go to do this as somebody else; null: nowhere. */
  readonly switchAccount: string | null
  /** As it was typed, or as the device's link has it; empty: none yet. */
  readonly code: string
  /** The code came with a link. Whoever followed it has to compare it with what the device shows. */
  readonly linked: boolean
  /** Why the code was not taken, in a stable name; null on first sight. */
  readonly problem: 'unknown' | 'taken' | 'expired' | null
}

/** A device that waits for a person to let it in. */
export interface DeviceView extends ChoiceView {
  /** As the device shows it. Goes back with the decision. */
  readonly code: string
  /** Where the device asked for its code, and with which `User-Agent`, as far as anybody knows. The second is its own word. */
  readonly from: {
    readonly address: string | null
    readonly agent: string | null
    /** Whether that is the network the person is in; null: nobody knows. */
    readonly near: boolean | null
  }
}

/**
 * - `other_host`: the website that the client names is on another host than the one its answers go to.
 * - `suspicious`: the host says so.
 */
export type ConsentWarning = 'other_host' | 'suspicious'

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

/** The last page of a decision that sends the person nowhere: they go back by themselves to where they began. */
export interface DoneView {
  /** `device`: a device was let in, and waits where it stands. */
  readonly outcome: 'approved' | 'denied' | 'device'
  readonly client: ClientView
  /** What the client would have been told, for a person to carry there by hand: an error of RFC 6749. Null: it is told, or need not be. */
  readonly error: string | null
}

/** An authorization code for a client that cannot be redirected to. Shown once, in the answer to the approval and nowhere else. */
export interface CodeView {
  readonly client: ClientView
  /** A secret. */
  readonly code: string
  /** How long it is good for, in seconds. */
  readonly expiresIn: number
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

/**
 * A page with a status or headers of its own. What it leaves out is as on every other page: the policy that runs no strange script,
 * no framing, no keeping.
 */
export interface PageResponse {
  readonly status?: number
  /** A header that occurs several times has a list. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body: string
}

/** What a page comes to: an HTML document, or a response of its own. A Fetch `Response` is taken at its word, status included. */
export type Drawing = string | PageResponse | Response

/** Draws what people see: one function from view to HTML document for each page. */
export interface Pages {
  readonly consent: (view: ConsentView, setting: PageSetting) => Awaitable<Drawing>
  readonly error: (view: ErrorView, setting: PageSetting) => Awaitable<Drawing>
  readonly done: (view: DoneView, setting: PageSetting) => Awaitable<Drawing>
  readonly code: (view: CodeView, setting: PageSetting) => Awaitable<Drawing>
  readonly deviceCode: (view: DeviceCodeView, setting: PageSetting) => Awaitable<Drawing>
  readonly device: (view: DeviceView, setting: PageSetting) => Awaitable<Drawing>
  readonly connectedApps: (view: ConnectedAppsView, setting: PageSetting) => Awaitable<Drawing>
  readonly connectedApp: (view: ConnectedAppView, setting: PageSetting) => Awaitable<Drawing>
  /** An administrator's list of clients, and a person's list of their own. */
  readonly clients: (view: ClientsView, setting: PageSetting) => Awaitable<Drawing>
  readonly client: (view: ManagedClientPageView, setting: PageSetting) => Awaitable<Drawing>
  readonly clientForm: (view: ClientFormView, setting: PageSetting) => Awaitable<Drawing>
  readonly clientSecret: (view: ClientSecretView, setting: PageSetting) => Awaitable<Drawing>
  readonly auditLog: (view: AuditLogView, setting: PageSetting) => Awaitable<Drawing>
}
