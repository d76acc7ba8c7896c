/** Something about a provider that will break a client, or that an attacker could use. */
export interface Finding {
  /** Stable and dotted, for example `metadata.issuer`. */
  readonly id: string
  /** `error`: a known client fails, or a rule of an RFC is broken. `warning`: it works, but not as well as it should. */
  readonly severity: 'error' | 'warning'
  /** What was seen. */
  readonly what: string
  /** Whom it breaks, and how. */
  readonly why: string
  /** What to change. */
  readonly mend: string
}

type Parts = Omit<Finding, 'id' | 'severity'>

export const error = (id: string, parts: Parts): Finding => ({ id, severity: 'error', ...parts })
export const warning = (id: string, parts: Parts): Finding => ({ id, severity: 'warning', ...parts })

/** The findings whose condition holds, in order. */
export const found = (...all: readonly (Finding | false | null | undefined)[]): readonly Finding[] =>
  all.filter((one): one is Finding => typeof one === 'object' && one !== null)
