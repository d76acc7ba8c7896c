import { describe, expect, it } from 'vitest'
import { testProvider } from '../support/provider.js'
import { liveStory, readable } from './support/story.js'

const story = `
2026-11-20 00:00:00 client Reporter client.registered                     Reporter (dynamic)
2026-11-20 00:00:10 user alice      interaction.denied                    read write
2026-11-20 00:00:20 user alice      grant.created                grant 1  read of read write, in alpha
2026-11-20 00:00:22 client Reporter token.issued                 grant 1  read, by authorization_code
2026-11-20 00:00:52 user alice      report.created               grant 1  {"report":7}
2026-11-20 01:00:52 client Reporter token.issued                 grant 1  read, by refresh_token
2026-11-20 01:00:57 client          client.authentication_failed          client_secret_basic at /oauth/token, times 1 because client.secret
2026-11-20 01:10:57 client Reporter refresh_token.reused         grant 1  because refresh_token.reused
2026-11-20 01:10:57 client Reporter grant.revoked                grant 1  because refresh_token.reused
2026-11-20 01:11:57 user alice      grant.created                grant 2  read write of read write, in alpha
2026-11-20 01:11:59 client Reporter token.issued                 grant 2  read write, by authorization_code
2026-11-21 01:11:59 user alice      grant.revoked                grant 2  because subject.disconnected
`

describe('the audit log', () => {
  it('LOG-02 tells the story of an app, whole and in order', async () => {
    const box = testProvider()
    const client = await liveStory(box)
    const { items } = await box.provider.audit.list()
    const told = readable(items, { [client.client_id]: 'Reporter' })
    console.info(told)
    expect(`\n${told}\n`).toBe(story)
    expect(items).toEqual(box.events)
  })
})
