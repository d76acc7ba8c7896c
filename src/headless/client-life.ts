import { type By, byHost } from '../clients/change.js'
import { editClient } from '../clients/edit.js'
import { deleteClient, disableClient, enableClient } from '../clients/end.js'
import { issueInitialAccessToken } from '../clients/initial-access-tokens.js'
import { listClients } from '../clients/list.js'
import { type Registered, registerClient } from '../clients/register.js'
import { rotateSecret } from '../clients/secrets.js'
import { isRegistrationOpen, setRegistrationOpen } from '../clients/switch.js'
import type { Context } from '../context.js'
import { whole } from '../protocol/present.js'
import type { Page } from '../storage.js'
import type { Clients, ClientWithSecret } from './clients.js'

const firstPage: Page = { limit: 100 }

const revealed = ({ client, secret }: Registered): ClientWithSecret => ({ client, secret: secret?.reveal() ?? null })

/** An owner who is not there would be everybody. */
const said = (by: By): By => whole(by)

/** What is done with clients, on the host's word or that of whoever it names. */
export const clientLife = (context: Context): Omit<Clients, 'find'> => ({
  register: async (metadata, registrar = {}) =>
    revealed(await registerClient(context, metadata, { registration: 'manual', ...whole(registrar) })),
  list: async (filter = {}, page = firstPage) => listClients(context, whole(filter), page),
  update: async (id, changes, by = byHost) => revealed(await editClient(context, id, changes, said(by))),
  rotateSecret: async (id, options = {}, by = byHost) => revealed(await rotateSecret(context, id, options, said(by))),
  disable: async (id, by = byHost) => disableClient(context, id, said(by)),
  enable: async (id, by = byHost) => enableClient(context, id, said(by)),
  delete: async (id, by = byHost) => deleteClient(context, id, said(by)),
  async issueInitialAccessToken(access = {}, by = byHost) {
    const { token, expiresAt } = await issueInitialAccessToken(context, whole(access), said(by))
    return { token: token.reveal(), expiresAt }
  },
  isRegistrationOpen: async () => isRegistrationOpen(context),
  setRegistrationOpen: async (open, by = byHost) => setRegistrationOpen(context, open, said(by)),
})
