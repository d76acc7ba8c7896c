import { wellKnownRewrites } from 'grantor/next'
import type { NextConfig } from 'next'
import { issuer } from './lib/issuer'

const config: NextConfig = {
  // A redirected POST would make clients send their credentials a second time, or as a GET.
  skipTrailingSlashRedirect: true,
  serverExternalPackages: ['libsql'],
  rewrites: async () => [
    ...wellKnownRewrites(issuer),
    { source: '/settings/connected-apps/:path*', destination: '/oauth/connected-apps' },
  ],
  // Nobody may put the consent page in a frame, or keep it.
  headers: async () => [
    {
      source: '/consent',
      headers: [
        { key: 'Content-Security-Policy', value: "frame-ancestors 'none'" },
        { key: 'X-Frame-Options', value: 'DENY' },
        { key: 'Referrer-Policy', value: 'no-referrer' },
        { key: 'Cache-Control', value: 'no-store' },
      ],
    },
  ],
}

export default config
