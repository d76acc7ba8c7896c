import type { WorkloadId } from './contestant.js'

export interface Workload {
  readonly id: WorkloadId
  readonly title: string
  /** What is looked at in every answer. */
  readonly checked: string
  /** How many seeds a round may take at most, where each is good once; null where those of the connections last. */
  readonly once: number | null
}

export const workloads: readonly Workload[] = [
  { id: 'client-credentials', title: 'Client credentials', checked: 'a bearer token for both scopes', once: null },
  { id: 'code', title: 'Code exchange', checked: 'an access token and a refresh token', once: 8_000 },
  { id: 'refresh', title: 'Refresh', checked: 'an access token and another refresh token', once: null },
  { id: 'guard', title: 'Guarded request', checked: 'the JSON of the app, with the subject', once: null },
  { id: 'introspection', title: 'Introspection', checked: '`active`, and the subject', once: null },
  { id: 'registration', title: 'Registration', checked: 'a client id', once: null },
  { id: 'flow', title: 'Whole flow', checked: 'every redirect, the page, both tokens', once: 20_000 },
]
