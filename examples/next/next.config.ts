import { wellKnownRewrites } from 'grantor/next'
import type { NextConfig } from 'next'
import { issuer } from './lib/issuer'

const config: NextConfig = {
  // A redirected POST would make clients send their credentials a second time, or as a GET.
  skipTrailingSlashRedirect: true,
  serverExternalPackages: ['libsql'],
  rewrites: async () => [
    ...wellKnownRewrites(issuer),
    { source: '/settings/connected-apps', destination: '/oauth/connected-apps' },
  ],
}

export default config
