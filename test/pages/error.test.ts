import { describe, expect, it } from 'vitest'
import { pages } from '../../src/pages/index.js'
import type { ErrorView } from '../../src/views.js'
import { all, type Element, one, parse, textOf } from './markup.js'
import { failure, setting } from './samples.js'

const drawn = pages({ name: 'Acme' })
const draw = (differences: Partial<ErrorView> = {}): Element =>
  parse(drawn.error({ ...failure, ...differences }, setting))

describe('errors', () => {
  it('AZ-03 tell the person what happened, what to do, and what to quote', () => {
    const page = draw()
    expect(textOf(one(page, 'h1'))).toBe('This app cannot be connected')
    const text = textOf(one(page, 'main'))
    expect(text).toContain('nothing was shared and you were not sent on')
    expect(text).toContain('req_01J9ZK3T')
    expect(text).toContain('redirect_uri.mismatch: the redirect_uri is not registered for this client')
  })

  it.each([
    ['client.unknown', 400, 'We do not know this app'],
    ['client.disabled', 400, 'This app is switched off'],
    ['client.revoked', 400, 'We do not know this app'],
    ['client.grant_type', 400, 'The app asked for something we do not understand'],
    ['redirect_uri.missing', 400, 'This app cannot be connected'],
    ['parameters.repeated', 400, 'The app asked for something we do not understand'],
    ['interaction.expired', 400, 'This page is no longer valid'],
    ['interaction.other_subject', 403, 'You are signed in as somebody else now'],
    ['csrf.mismatch', 403, 'We could not be sure that this was you'],
    ['account.mismatch', 403, 'This app belongs to another account'],
    ['admin.required', 403, 'This page is not for you'],
    ['page.unknown', 404, 'There is nothing here'],
    ['throttle.exceeded', 429, 'Too many attempts'],
    ['storage.contended', 503, 'Something went wrong on our side'],
    ['something.new', 400, 'This did not work'],
    ['constructor', 400, 'This did not work'],
    ['', 400, 'This did not work'],
  ])('%s with status %i: %s', (reason, status, title) => {
    expect(textOf(one(draw({ reason, status }), 'h1'))).toBe(title)
  })

  it('AZ-30 send nobody on by themselves, but offer a link that says where it leads', () => {
    const page = draw({
      onward: { host: 'reporter.example', url: 'https://reporter.example/cb?error=invalid_scope&state=x' },
    })
    const link = one(page, 'a')
    expect(link.attributes.get('href')).toBe('https://reporter.example/cb?error=invalid_scope&state=x')
    expect(link.attributes.get('rel')).toContain('noreferrer')
    expect(textOf(link)).toBe('Continue to reporter.example')
    expect(all(page, 'meta').some(({ attributes }) => attributes.has('http-equiv'))).toBe(false)
  })

  it.each(['javascript:alert(1)', 'http://reporter.example/cb', 'cursor://cb'])('S-132 do not link to %s', (url) => {
    expect(all(draw({ onward: { host: 'reporter.example', url } }), 'a')).toEqual([])
  })

  it('S-021 escape what came with the request', () => {
    const evil = '"><script>alert(1)</script>'
    const page = draw({
      reason: evil,
      description: evil,
      requestId: evil,
      onward: { host: evil, url: 'https://a.example/' },
    })
    expect(all(page, 'script')).toEqual([])
    expect(textOf(page).split(evil)).toHaveLength(5)
  })
})
