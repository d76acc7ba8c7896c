import { beforeAll, describe, expect, it } from 'vitest'
import { allExamples, check, type Example, examplesInMarkdown, examplesInSource } from './readme.examples.js'

const examples = allExamples()

const wrongMarkdown = `# Title

\`\`\`sh
not code of ours
\`\`\`

\`\`\`ts
import { createProvider } from 'grantor'

const lifetime: string = 3_600
app.listen(lifetime)
\`\`\`

\`\`\`ts
createProvider({ ...options, isuer: 'https://app.example' })
app.listen(3_000)
\`\`\`
`

const wrongSource = `
/**
 * Adds.
 *
 * @example
 * const sum: number = 1 + 1
 * nothingByThisName(sum)
 *
 * @param a the first
 */
export const add = 1
`

describe('examples', () => {
  const broken: readonly Example[] = [
    ...examplesInMarkdown('docs/wrong.md', wrongMarkdown),
    ...examplesInSource('src/protocol/scope.ts', wrongSource),
  ]
  let results: ReadonlyMap<Example, readonly string[]>

  beforeAll(() => {
    results = check([...examples, ...broken])
  })

  it('are found in the README, in the core and in the adapters', () => {
    const files = examples.map(({ file }) => file)
    expect(files).toContain('README.md')
    expect(files).toContain('src/provider.ts')
    expect(files).toContain('adapters/http/express.ts')
    expect(examples.every(({ code }) => code.trim() !== '')).toBe(true)
  })

  it('that are wrong are told with file and line', () => {
    expect(broken.flatMap((example) => results.get(example))).toEqual([
      expect.stringMatching(/^docs\/wrong\.md:10 TS2322 /),
      expect.stringMatching(/^docs\/wrong\.md:11 TS2304 .*app/),
      expect.stringMatching(/^docs\/wrong\.md:15 TS2\d+ .*isuer/),
      expect.stringMatching(/^src\/protocol\/scope\.ts:7 TS2304 .*nothingByThisName/),
    ])
  })

  it.each(examples.map((example) => [`${example.file}:${example.line}`, example] as const))(
    'type-check: %s',
    (_, example) => {
      expect(results.get(example)).toEqual([])
    },
  )
})
