import type {
  ClientView,
  CodeView,
  ConnectedAppsView,
  ConnectedAppView,
  ConsentView,
  DeviceCodeView,
  DeviceView,
  DoneView,
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
  already: false,
  required: false,
  held: true,
  readOnly: false,
  group: null,
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
  byHand: false,
  warnings: [],
  switchAccount: null,
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
    list: { search: '', page: 1, pages: 1, found: 3, total: 3, kept: [] },
  },
  readOnly: false,
  keepAlive: true,
  problem: null,
  last: null,
}

/** The same with everything there can be on the page, of somebody with more projects than it holds. */
export const crowded: ConsentView = {
  ...consent,
  client: { ...reporter, name: 'Acme Reporter' },
  warnings: ['suspicious', 'other_host'],
  switchAccount: '/login?next=%2Foauth%2Fauthorize',
  scopes: [
    { ...admin, group: 'Data' },
    { ...write, group: 'Data' },
    { ...read, group: 'Data', readOnly: true },
    { ...billing, group: 'Billing', readOnly: true },
  ],
  readOnly: true,
  projects: {
    label: 'workspace',
    choose: 'many',
    options: Array.from({ length: 50 }, (_, index) => ({
      id: `p${index + 50}`,
      name: `Project ${index + 50}`,
      scope: ['project:read'],
    })),
    chosen: [],
    list: {
      search: 'proj',
      page: 2,
      pages: 3,
      found: 120,
      total: 130,
      kept: [{ id: 'p1', name: 'Project 1', scope: ['project:read'] }],
    },
  },
  last: {
    scope: ['project:write', 'project:read'],
    projects: ['p1'],
    keepAlive: false,
    readOnly: true,
    label: 'laptop',
  },
}

/** A command line program waits for a person with two projects. */
const {
  id: _id,
  redirectHost: _host,
  loopback: _loopback,
  byHand: _byHand,
  switchAccount: _switch,
  ...choice
} = consent
export const device: DeviceView = {
  ...choice,
  client: { ...reporter, name: 'Acme CLI' },
  code: 'WDJB-MJHT',
  from: { address: '203.0.113.7', agent: 'claude-code/1.0.30 (cli)', near: false },
}

export const deviceCode: DeviceCodeView = {
  csrf: 'csrf_81aa',
  person: { subject: 'user_1', name: 'alice@acme.example' },
  switchAccount: null,
  code: 'WDJB-MJHT',
  linked: true,
  problem: null,
}

export const done: DoneView = { outcome: 'denied', client: reporter, error: 'access_denied' }

export const code: CodeView = { client: reporter, code: 'grantor_ac_c0de', expiresIn: 600 }

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
  label: null,
  scopes: [
    { name: read.name, description: read.description },
    { name: write.name, description: write.description },
  ],
  projects: [{ id: 'alpha', name: 'Alpha' }],
  keepAlive: true,
  authorisedAt: 1_780_000_000,
  lastUse: { at: 1_783_000_000, address: '203.0.113.7', agent: 'claude-code/1.0.30 (cli)' },
  idleUntil: 1_785_592_000,
  expiresAt: 1_811_536_000,
  narrowable: true,
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
    grant('grant_2', { client: chart, projects: 'all', lastUse: null, narrowable: false }),
    grant('grant_3', { projects: [{ id: 'beta', name: 'Beta' }], keepAlive: false, idleUntil: null }),
  ],
  csrf: 'csrf_52bd',
  now: 1_783_400_000,
  next: null,
  continued: false,
}

/** One of them on the page on which it is changed. */
export const connectedOne: ConnectedAppView = {
  person: consent.person,
  projectLabel: 'workspace',
  grant: grant('grant_1', {
    projects: [
      { id: 'alpha', name: 'Alpha' },
      { id: 'beta', name: 'Beta' },
    ],
  }),
  scopes: [write, read],
  projects: {
    label: 'workspace',
    choose: 'many',
    options: [
      { id: 'alpha', name: 'Alpha', scope: ['project:write', 'project:read'] },
      { id: 'beta', name: 'Beta', scope: ['project:write', 'project:read'] },
    ],
    chosen: ['alpha', 'beta'],
  },
  csrf: 'csrf_52bd',
  now: 1_783_400_000,
  problem: null,
  last: null,
}
