import type { Access } from '../access.js'
import { auditEvent, client as byClient, isOwnType, user } from '../audit.js'
import type { Context } from '../context.js'
import { limits } from '../protocol/limits.js'
import type { JsonObject } from '../records.js'
import { commit } from '../transact.js'

const shape = /^[a-z][a-z0-9_.]*$/

/** @throws TypeError for a type that is none, or could be one of the provider's own */
function checkType(type: string): void {
  if (typeof type !== 'string' || !shape.test(type) || type.length > limits.eventTypeLength)
    throw new TypeError(
      `audit: a type is at most ${limits.eventTypeLength} lower-case letters, digits, dots and underscores`,
    )
  if (isOwnType(type)) throw new TypeError(`audit: ${type} would be taken for an event of the provider's own`)
}

/** @throws TypeError for what is no object, or longer than the log takes */
function readData(text: string | undefined): JsonObject {
  if (text?.startsWith('{') !== true) throw new TypeError('audit: data is a JSON object')
  if (text.length > limits.auditDataLength)
    throw new TypeError(`audit: data is at most ${limits.auditDataLength} characters of JSON`)
  return JSON.parse(text) as JsonObject
}

/**
 * Write what a client did on a person's behalf, by the host's word. Done when it is durable.
 *
 * @param text what belongs to it, in JSON; undefined for what JSON has no word for
 */
export async function auditAccess(
  context: Context,
  { subject, clientId, grantId, accountId }: Pick<Access, 'subject' | 'clientId' | 'grantId' | 'accountId'>,
  type: string,
  text: string | undefined,
): Promise<void> {
  checkType(type)
  const actor = subject === null ? byClient(clientId) : user(subject)
  const parts = { type, actor, clientId, grantId, subject, accountId, data: readData(text) }
  await commit(context, {}, [auditEvent(context, context.now(), parts)])
}
