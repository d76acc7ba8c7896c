import { expect, it } from 'vitest'
import { readEnv } from '../../examples/demo/env.js'

it('needs to be told nothing', () => {
  expect(readEnv({})).toEqual({
    host: '127.0.0.1',
    port: 3000,
    databaseUrl: null,
    reset: false,
    lifetimes: {},
    throttle: true,
    loopbackMetadata: false,
  })
})

it('takes an empty variable for one that is not set', () => {
  expect(readEnv({ HOST: '', PORT: '', DATABASE_URL: '', DEMO_RESET: '', DEMO_LIFETIMES: '' })).toEqual(readEnv({}))
})

it('reads what it is told', () => {
  const env = readEnv({
    HOST: '::1',
    PORT: '4000',
    DATABASE_URL: 'postgres://u:p@h/d',
    DEMO_RESET: '1',
    DEMO_LIFETIMES: '{"authorizationCode":2,"refreshToken":60}',
    DEMO_THROTTLE: 'off',
    DEMO_ALLOW_LOOPBACK_METADATA: '1',
    UNRELATED: 'x',
  })
  expect(env).toEqual({
    host: '::1',
    port: 4000,
    databaseUrl: 'postgres://u:p@h/d',
    reset: true,
    lifetimes: { authorizationCode: 2, refreshToken: 60 },
    throttle: false,
    loopbackMetadata: true,
  })
})

it.each([
  ['PORT', 'http', /^PORT must be a number/],
  ['PORT', '0', /^PORT must be from 1/],
  ['PORT', '65535', /^PORT must be from 1/],
  ['HOST', 'http://x', /^HOST must be/],
  ['DEMO_RESET', 'yes', /^DEMO_RESET must be/],
  ['DEMO_THROTTLE', 'no', /^DEMO_THROTTLE must be/],
  ['DEMO_ALLOW_LOOPBACK_METADATA', 'true', /^DEMO_ALLOW_LOOPBACK_METADATA must be/],
  ['DEMO_LIFETIMES', '{', /^DEMO_LIFETIMES must be JSON/],
  ['DEMO_LIFETIMES', '[]', /^DEMO_LIFETIMES must be an object/],
  ['DEMO_LIFETIMES', '{"code":2}', /^DEMO_LIFETIMES has no code; there is authorizationCode, /],
  ['DEMO_LIFETIMES', '{"accessToken":"2"}', /^DEMO_LIFETIMES.accessToken must be a whole number/],
  ['DEMO_LIFETIMES', '{"accessToken":1.5}', /^DEMO_LIFETIMES.accessToken must be a whole number/],
])('refuses %s=%s in words', (name, value, words) => {
  expect(() => readEnv({ [name]: value })).toThrow(words)
})
