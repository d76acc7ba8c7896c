import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pages } from '../../src/pages/index.js'
import { one, parse, textOf } from './markup.js'
import { failure, setting } from './samples.js'

const drawn = pages({ name: 'Acme' })
const headingOf = (reason: string, status: number) =>
  textOf(one(parse(drawn.error({ ...failure, reason, status }, setting)), 'h1'))

const root = join(import.meta.dirname, '../../src')

/** Everything that a request of a person at the authorization endpoint or on the consent page runs through. */
const files = [
  'http/front-channel.ts',
  'http/body.ts',
  'http/dispatch.ts',
  'http/failures.ts',
  'http/page.ts',
  'endpoints/authorize.ts',
  'endpoints/interaction.ts',
  ...readdirSync(join(root, 'interactions'))
    .filter((name) => name !== 'device.ts')
    .map((name) => `interactions/${name}`),
  'policy/account.ts',
  'policy/grantable.ts',
  'policy/resource.ts',
  'protocol/authorization-request.ts',
  'protocol/parameters.ts',
  'protocol/resource.ts',
  'protocol/scope.ts',
  'throttle.ts',
]

/** The reasons that are thrown there: the dotted names behind a description. */
const thrown = [
  ...new Set(
    files.flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/(?:,|\?|:|\bthrow \w+\()\s*'([a-z_]+\.[a-z_]+)'/g)].map(
        ([, reason = '']) => reason,
      ),
    ),
  ),
]

/** Events of the audit log, and a document that is not a page. */
const elsewhere = /^(?:grant\.(?:created|remembered)|interaction\.denied|well_known\.unknown)$/

const headings: Readonly<Record<string, readonly string[]>> = {
  'We do not know this app': ['client.unknown', 'client_id.malformed'],
  'This app is switched off': ['client.disabled'],
  'This app belongs to another account': ['client.other_account'],
  'This app cannot be connected': ['redirect_uri.mismatch'],
  'The app asked for something we do not understand': [
    'client.grant_type',
    'dpop_jkt.malformed',
    'max_age.malformed',
    'parameters.malformed',
    'parameters.missing',
    'parameters.repeated',
    'parameters.too_long',
    'parameters.too_many',
    'pkce.malformed',
    'pkce.method',
    'pkce.missing',
    'prompt.contradiction',
    'prompt.unknown',
    'resource.malformed',
    'resource.missing',
    'resource.not_allowed',
    'resource.not_granted',
    'resource.unknown',
    'response_mode.unsupported',
    'response_type.not_registered',
    'response_type.unsupported',
    'scope.malformed',
    'scope.none_grantable',
  ],
  'This page is no longer valid': [
    'interaction.expired',
    'interaction.finished',
    'interaction.other_browser',
    'interaction.unknown',
  ],
  'You are signed in as somebody else now': ['interaction.other_subject'],
  'We could not be sure that this was you': ['csrf.cross_site', 'csrf.mismatch'],
  'We could not read what was sent': ['body.malformed', 'body.media_type', 'body.too_large', 'interaction.decision'],
  'You have to sign in first': [
    'interaction.sign_in',
    'session.missing',
    'session.not_fresh',
    'session.acr_unmet',
    'session.authenticated_at_unknown',
  ],
  'The app needs your approval': ['consent.missing', 'grant.revoked', 'interaction.by_hand'],
  'Open this page in a window of its own': ['authorize.not_a_navigation'],
}

const byStatus: Readonly<Record<string, readonly [status: number, heading: string]>> = {
  'method.not_allowed': [405, 'There is nothing here'],
  'page.headless': [404, 'There is nothing here'],
  'throttle.exceeded': [429, 'Too many attempts'],
  'storage.busy': [503, 'Something went wrong on our side'],
  'storage.unavailable': [503, 'Something went wrong on our side'],
  'server.fault': [500, 'Something went wrong on our side'],
}

describe('every reason that a person at the authorization endpoint can be shown', () => {
  it('is known to this test', () => {
    const known = [...Object.values(headings).flat(), ...Object.keys(byStatus)]
    const missed = thrown.filter((reason) => !known.includes(reason) && !elsewhere.test(reason))
    // A reason that is new has a heading that fits, or gets one.
    expect(missed.map((reason) => [reason, headingOf(reason, 400)])).toEqual([])
    expect(thrown.length).toBeGreaterThan(30)
  })

  it.each(Object.entries(headings))('%s', (heading, reasons) => {
    for (const reason of reasons) expect([reason, headingOf(reason, 400)]).toEqual([reason, heading])
  })

  it.each(Object.entries(byStatus))('%s is told by its status', (reason, [status, heading]) => {
    expect(headingOf(reason, status)).toBe(heading)
  })
})
