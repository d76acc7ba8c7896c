import type { Context } from '../context.js'
import { findLiveGrant, hostsWord, listGrants, ownersWord, revokeGrant, revokeGrants } from '../grants/manage.js'
import { narrowGrant } from '../grants/narrow.js'
import { readGrants, readNarrowing } from '../grants/view.js'
import type { Grants, Owner } from '../headless.js'
import { whole } from '../protocol/present.js'
import type { Page } from '../storage.js'

const firstPage: Page = { limit: 100 }

function notEmpty<T extends object>(filter: T): T {
  if (Object.keys(filter).length === 0) throw new TypeError('name a subject, a client or a project')
  return filter
}

const wordOf = (owner: Owner | undefined) => (owner ? ownersWord(whole(owner).subject) : hostsWord)

/** What is done with grants, on the host's word or that of the person who gave them. */
export const grantLife = (context: Context): Grants => ({
  list: async (filter, page = firstPage) => listGrants(context, whole(filter), page),
  find: async (id, owner) => findLiveGrant(context, id, wordOf(owner).owner),
  view: async (owner, page = firstPage) => readGrants(context, whole(owner).subject, page),
  viewOne: async (id, owner) => readNarrowing(context, id, whole(owner).subject),
  narrow: async (id, to, owner) => narrowGrant(context, id, to, wordOf(owner)),
  revoke: async (id, owner) => revokeGrant(context, id, wordOf(owner)),
  revokeAll: async (filter, owner) => {
    const wanted = { ...(owner && whole(owner)), ...whole(filter) }
    return revokeGrants(context, notEmpty(wanted), wordOf(owner))
  },
})
