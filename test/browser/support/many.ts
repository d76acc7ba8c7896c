import type { TestOptions } from '../../support/provider.js'

/** Scopes under headings, some of which change nothing. */
export const scopes = {
  'project:read': { description: 'See workspaces and read data', readOnly: true, group: 'Data' },
  'project:write': { description: 'Create and change things', implies: ['project:read'], group: 'Data' },
  'project:admin': {
    description: 'Delete workspaces, roll data back',
    implies: ['project:write'],
    sensitive: true,
    group: 'Data',
  },
  'billing:read': { description: 'See invoices', readOnly: true, group: 'Billing' },
  'billing:pay': { description: 'Pay invoices', implies: ['billing:read'], sensitive: true, group: 'Billing' },
  'members:read': { description: 'See who is in a workspace', readOnly: true },
} as const

/** What a client asks for that wants all of them. */
export const everything = 'project:admin billing:pay members:read'

const names = ['Atlas', 'Borealis', 'Cinder', 'Delta', 'Ember', 'Fjord']

/** A host of many projects in which everybody holds everything. */
export const manyProjects = (count: number, choose: 'one' | 'many' | 'all' = 'many'): TestOptions => ({
  scopes,
  entitlements: () => Object.keys(scopes),
  projects: {
    label: 'workspace',
    choose,
    list: () =>
      Array.from({ length: count }, (_, index) => ({
        id: `p${index + 1}`,
        name: `${names[index % names.length]} ${index + 1}`,
      })),
  },
})
