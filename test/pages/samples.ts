import type {
  ClientView,
  ConnectedAppsView,
  ConsentView,
  ErrorView,
  GrantView,
  PageSetting,
  ScopeView,
} from '../../src/views.js'

export const setting: PageSetting = { action: '/oauth/consent', nonce: 'bm9uY2U', languages: 'en' }

export const reporter: ClientView = {
  id: 'client_7Yd2',
  name: 'Reporter',
  verified: false,
  registration: 'dynamic',
  logo: 'https://reporter.example/logo.png',
  website: 'https://reporter.example/',
}

const scope = (name: string, description: string, differences: Partial<ScopeView> = {}): ScopeView => ({
  name,
  description,
  sensitive: false,
  implies: [],
  requested: true,
  required: false,
  held: true,
  ...differences,
})

export const read = scope('project:read', 'See workspaces and read data')
export const write = scope('project:write', 'Create and change things', { implies: ['project:read'] })
export const admin = scope('project:admin', 'Delete workspaces, roll data back', {
  implies: ['project:write', 'project:read'],
  sensitive: true,
})
export const billing = scope('billing:read', 'See invoices')

/** A self-registered web app asks a person with two projects for everything. */
export const consent: ConsentView = {
  id: 'int_4f9c',
  csrf: 'csrf_81aa',
  client: reporter,
  redirectHost: 'reporter.example',
  loopback: false,
  person: { subject: 'user_1', name: 'alice@acme.example' },
  resources: ['Acme API', 'Acme MCP'],
  scopes: [admin, write, read],
  projects: {
    label: 'workspace',
    choose: 'one',
    options: [
      { id: 'alpha', name: 'Alpha', scope: ['project:admin', 'project:write', 'project:read'] },
      { id: 'beta', name: 'Beta', scope: ['project:read'] },
      { id: 'archive', name: 'Archive', scope: [] },
    ],
    chosen: [],
  },
  keepAlive: true,
  problem: null,
  last: null,
}

export const failure: ErrorView = {
  status: 400,
  reason: 'redirect_uri.mismatch',
  description: 'the redirect_uri is not registered for this client',
  requestId: 'req_01J9ZK3T',
  onward: null,
}

const grant = (id: string, differences: Partial<GrantView> = {}): GrantView => ({
  id,
  client: reporter,
  scopes: [
    { name: read.name, description: read.description },
    { name: write.name, description: write.description },
  ],
  projects: [{ id: 'alpha', name: 'Alpha' }],
  keepAlive: true,
  authorisedAt: 1_780_000_000,
  lastUsedAt: 1_783_000_000,
  expiresAt: 1_811_536_000,
  ...differences,
})

export const chart: ClientView = {
  ...reporter,
  id: 'client_chart',
  name: 'Chart Studio',
  verified: true,
  registration: 'manual',
  logo: null,
  website: 'https://chart.example/',
}

/** Three grants of two apps. */
export const connected: ConnectedAppsView = {
  person: consent.person,
  projectLabel: 'workspace',
  grants: [
    grant('grant_1'),
    grant('grant_2', { client: chart, projects: 'all', lastUsedAt: null }),
    grant('grant_3', { projects: [{ id: 'beta', name: 'Beta' }], keepAlive: false }),
  ],
  csrf: 'csrf_52bd',
  next: null,
}
