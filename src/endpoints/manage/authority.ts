import type { Access } from '../../access.js'
import { client as byClient, user } from '../../audit.js'
import { type By, requireClient, unknownClient } from '../../clients/change.js'
import type { Context } from '../../context.js'
import type { Word } from '../../grants/manage.js'
import type { Session } from '../../hooks.js'
import { isColleague, requireAccount } from '../../policy/account.js'
import { OAuthError } from '../../protocol/errors.js'
import type { AccountId, Actor, Client, ClientId, Subject } from '../../records.js'

/** Who looks after clients and grants, and how far they see. */
export interface Authority {
  readonly actor: Actor
  /** Null: everybody's. Otherwise only what is this person's own. */
  readonly owner: Subject | null
  /** Null: of every account. Otherwise only what is of this one. */
  readonly accountId: AccountId | null
  /** The accounts that the person belongs to. */
  readonly accounts: readonly string[]
  /** May say that people need not be asked. A program may not, whatever it was allowed: it could say so of itself. */
  readonly mayTrust: boolean
}

/** Of somebody who is signed in: an administrator, or a person with what is their own. */
export function sessionAuthority({ subject: text, accounts = [], admin = false }: Session): Authority {
  const subject = text as Subject
  return {
    actor: admin ? { type: 'admin', id: subject } : user(subject),
    owner: admin ? null : subject,
    accountId: null,
    accounts,
    mayTrust: admin,
  }
}

/** Of a program with an administrator's token. A client that belongs to an account sees nothing of any other. */
export async function accessAuthority(context: Context, { subject, clientId }: Access): Promise<Authority> {
  const client = await context.storage.findClient(clientId)
  // Gone since it was let in: nobody knows any more how far it may see.
  if (!client) throw unknownClient()
  return {
    actor: subject === null ? byClient(clientId) : { type: 'admin', id: subject },
    owner: null,
    accountId: client.accountId,
    accounts: [],
    mayTrust: false,
  }
}

/** @throws OAuthError `access_denied`, 403, for everybody but administrators */
export function requireAdmin({ owner }: Authority): void {
  if (owner === null) return
  throw new OAuthError('access_denied', 'this is for administrators', 'manage.not_admin', { status: 403 })
}

export const byAuthority = ({ actor, owner }: Authority): By => ({ actor, ...(owner !== null && { owner }) })

export const wordOfAuthority = ({ actor, owner }: Authority): Word => ({
  actor,
  reason: owner === null ? 'admin.revoked' : 'subject.disconnected',
  ...(owner !== null && { owner }),
})

/** Whoever has left an account has left what they registered for it, too. */
export const isInSight = (client: Client, { owner, accounts }: Authority): boolean =>
  owner === null || isColleague(client, { accounts })

/** The client of this id, if it is in sight. */
export async function requireManaged(context: Context, id: string, authority: Authority): Promise<Client> {
  const client = await requireClient(context, id as ClientId, byAuthority(authority))
  if (authority.accountId !== null && client.accountId !== authority.accountId) throw unknownClient()
  if (!isInSight(client, authority)) requireAccount(client, authority)
  return client
}
