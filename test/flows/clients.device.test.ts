import { memoryStorage } from 'grantor/storage/memory'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Clock, fakeClock } from '../support/clock.js'
import { approveDevice, claimed, denyDevice, deviceClient, headingOf } from '../support/device.js'
import { call, register } from '../support/flow.js'
import { type App, startApp } from './support/app.js'
import { bodyError, loopback } from './support/independent-client.js'

/** Clients written by somebody else let devices in, over HTTP. */

let app: App
let clock: Clock
beforeAll(async () => {
  clock = fakeClock()
  app = await startApp({ storage: memoryStorage(), now: clock.now })
})
afterAll(() => app?.close())

const ask = (origin: string) => ({ scope: 'project:read', resource: `${origin}/api` })

describe('oauth4webapi', () => {
  const authentication = oauth.None()
  let server: oauth.AuthorizationServer
  let client: oauth.Client

  beforeAll(async () => {
    const issuer = new URL(app.origin)
    const response = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...loopback })
    server = await oauth.processDiscoveryResponse(issuer, response)
    const metadata = { ...deviceClient, grant_types: [...deviceClient.grant_types] }
    const registered = await oauth.dynamicClientRegistrationRequest(server, metadata, loopback)
    client = await oauth.processDynamicClientRegistrationResponse(registered)
  })

  const start = async () => {
    const parameters = new URLSearchParams(ask(app.origin))
    const response = await oauth.deviceAuthorizationRequest(server, client, authentication, parameters, loopback)
    return oauth.processDeviceAuthorizationResponse(server, client, response)
  }

  const poll = async (code: string) => {
    const response = await oauth.deviceCodeGrantRequest(server, client, authentication, code, loopback)
    return oauth.processDeviceCodeResponse(server, client, response)
  }

  it('MD-16 DEV-01 DEV-05 DEV-08 finds the endpoint, waits, gets tokens and uses them, once', async () => {
    const codes = await start()
    expect(await bodyError(poll(codes.device_code))).toEqual([400, 'authorization_pending'])
    const { browser, page } = await claimed(app, codes.user_code)
    await approveDevice(browser, page)
    const tokens = await poll(codes.device_code)
    expect(tokens).toMatchObject({ token_type: 'bearer', scope: 'project:read' })
    expect((await call(app, tokens.access_token)).status).toBe(200)
    expect(await bodyError(poll(codes.device_code))).toEqual([400, 'invalid_grant'])
    const refreshed = await oauth.processRefreshTokenResponse(
      server,
      client,
      await oauth.refreshTokenGrantRequest(server, client, authentication, String(tokens.refresh_token), loopback),
    )
    expect((await call(app, refreshed.access_token)).status).toBe(200)
  })

  it('DEV-06 DEV-07 is told to slow down, that it was refused, and that the time is over', async () => {
    const codes = await start()
    await bodyError(poll(codes.device_code))
    expect(await bodyError(poll(codes.device_code))).toEqual([400, 'slow_down'])
    const { browser, page } = await claimed(app, codes.user_code)
    await denyDevice(browser, page)
    expect(await bodyError(poll(codes.device_code))).toEqual([400, 'access_denied'])
    const late = await start()
    clock.advance(600)
    expect(await bodyError(poll(late.device_code))).toEqual([400, 'expired_token'])
  })
})

describe('openid-client', () => {
  /** The device's clock is the one of this test: five seconds between two requests, however fast it is. */
  const configure = async (onPoll: (polls: number) => Promise<void>) => {
    const { client_id } = await register(app, deviceClient)
    const options = { execute: [openid.allowInsecureRequests] }
    const configuration = await openid.discovery(new URL(app.origin), client_id, undefined, openid.None(), options)
    let polls = 0
    configuration[openid.customFetch] = async (url, init) => {
      const isPoll = url.endsWith('/oauth/token')
      if (isPoll) clock.advance(5)
      const response = await fetch(url, init as RequestInit)
      if (isPoll) await onPoll(++polls)
      return response
    }
    return configuration
  }

  it('DEV-05 DEV-08 asks until somebody approves by the link', async () => {
    let link = ''
    const configuration = await configure(async (polls) => {
      if (polls !== 2) return
      const code = new URL(link).searchParams.get('user_code') ?? ''
      const { browser, page } = await claimed(app, code, 'bob')
      expect(headingOf(await approveDevice(browser, page))).toBe('Your device is connected')
    })
    const codes = await openid.initiateDeviceAuthorization(configuration, ask(app.origin))
    link = codes.verification_uri_complete ?? ''
    const tokens = await openid.pollDeviceAuthorizationGrant(configuration, { ...codes, interval: 0.01 })
    expect(tokens.scope).toBe('project:read')
    expect((await call(app, tokens.access_token, '/api/projects/gamma/items')).status).toBe(200)
  })

  it('DEV-07 stops asking once it was refused', async () => {
    let code = ''
    const configuration = await configure(async (polls) => {
      if (polls !== 1) return
      const { browser, page } = await claimed(app, code)
      await denyDevice(browser, page)
    })
    const codes = await openid.initiateDeviceAuthorization(configuration, ask(app.origin))
    code = codes.user_code
    const polling = openid.pollDeviceAuthorizationGrant(configuration, { ...codes, interval: 0.01 })
    await expect(polling).rejects.toMatchObject({ error: 'access_denied' })
  })
})
