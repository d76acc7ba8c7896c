import type { Finding } from './finding.js'

const marks = { error: 'error  ', warning: 'warning' } as const

const paragraph = ({ id, severity, what, why, mend }: Finding): string =>
  [`${marks[severity]} ${id}`, `  what  ${what}`, `  why   ${why}`, `  mend  ${mend}`].join('\n')

const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`

/** The findings for people to read, the gravest first. */
export function report(issuer: string, findings: readonly Finding[]): string {
  if (findings.length === 0) return `${issuer}: nothing found`
  const errors = findings.filter(({ severity }) => severity === 'error')
  const warnings = findings.filter(({ severity }) => severity === 'warning')
  const sum = `${issuer}: ${counted(errors.length, 'error')}, ${counted(warnings.length, 'warning')}`
  return [...[...errors, ...warnings].map(paragraph), sum].join('\n\n')
}
