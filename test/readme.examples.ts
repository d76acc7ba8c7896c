import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('..', import.meta.url))
const ambientFile = fileURLToPath(new URL('readme.ambient.ts', import.meta.url))

/** Code that somebody may copy: a fenced block, or the text of an `@example`. */
export interface Example {
  /** Relative to the repository. */
  readonly file: string
  /** Of its first line of code, from 1. */
  readonly line: number
  readonly code: string
}

const fence = /^```(\w*)\s*$/

/** The blocks fenced as `ts`. */
function fenced(file: string, lines: readonly string[], firstLine = 1): Example[] {
  const found: Example[] = []
  let start: number | null = null
  for (const [index, line] of lines.entries()) {
    const language = fence.exec(line)?.[1]
    if (language === undefined) continue
    if (start !== null) found.push({ file, line: firstLine + start, code: lines.slice(start, index).join('\n') })
    start = start === null && language === 'ts' ? index + 1 : null
  }
  return found
}

export const examplesInMarkdown = (file: string, text: string): readonly Example[] => fenced(file, text.split('\n'))

/** Every `@example` of a source file: up to the next tag or the end of the comment, with or without a fence. */
export function examplesInSource(file: string, text: string): readonly Example[] {
  const lines = text.split('\n')
  return lines.flatMap((line, index) => {
    if (!/^\s*\*\s*@example\s*$/.test(line)) return []
    const rest = lines.slice(index + 1)
    const end = rest.findIndex((one) => /\*\/|^\s*\*\s*@\w/.test(one))
    const body = rest.slice(0, end === -1 ? undefined : end).map((one) => one.replace(/^\s*\* ?/, ''))
    // Of lines and indexes from 0, the body begins at the one after the tag; lines are counted from 1.
    const firstLine = index + 2
    return body.some((one) => fence.test(one))
      ? fenced(file, body, firstLine)
      : [{ file, line: firstLine, code: body.join('\n').trimEnd() }]
  })
}

const read = (file: string) => readFileSync(join(root, file), 'utf8')

/** Every example that people are shown: in the README, in the guides, and beside the code. */
export function allExamples(): readonly Example[] {
  const sources = ['src', 'adapters'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => `${folder}/${name}`)
      .sort(),
  )
  const guides = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))
  const documents = ['README.md', ...guides.map((name) => `docs/${name}`)]
  return [
    ...documents.flatMap((file) => examplesInMarkdown(file, read(file))),
    ...sources.flatMap((file) => examplesInSource(file, read(file))),
  ]
}

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [ambientFile] }, ts.sys, root)
  // An example may declare what only the reader will use.
  return { ...options, allowImportingTsExtensions: true, noUnusedLocals: false, noUnusedParameters: false }
}

/** What a module exports, and whether each is there at run time or a type alone. */
function exportsOf(program: ts.Program, file: string): ReadonlyMap<string, 'value' | 'type'> {
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(file)
  const symbol = source && checker.getSymbolAtLocation(source)
  const exported = symbol ? checker.getExportsOfModule(symbol) : []
  return new Map(
    exported.map((one) => {
      const target = one.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one
      return [one.name, target.flags & ts.SymbolFlags.Value ? 'value' : 'type'] as const
    }),
  )
}

interface Names {
  readonly used: ReadonlySet<string>
  /** By the code itself, for all of it. What is declared further in may hide an import and does no harm to it. */
  readonly declared: ReadonlySet<string>
  readonly imports: readonly string[]
}

function bound(name: ts.BindingName): readonly string[] {
  if (ts.isIdentifier(name)) return [name.text]
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? bound(element.name) : []))
}

function importedBy({ importClause }: ts.ImportDeclaration): readonly string[] {
  const bindings = importClause?.namedBindings
  const named = bindings && (ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => name) : [bindings.name])
  return [importClause?.name, ...(named ?? [])].flatMap((name) => (name ? [name.text] : []))
}

function declaredBy(statement: ts.Statement): readonly string[] {
  if (ts.isImportDeclaration(statement)) return importedBy(statement)
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => bound(name))
  return ts.isFunctionDeclaration(statement) && statement.name ? [statement.name.text] : []
}

function namesIn(code: string): Names {
  const source = ts.createSourceFile('example.ts', code, ts.ScriptTarget.Latest, true)
  const used = new Set<string>()
  const visit = (node: ts.Node): void => {
    const isMember =
      (ts.isPropertyAccessExpression(node.parent) || ts.isPropertyAssignment(node.parent)) && node.parent.name === node
    if (ts.isIdentifier(node) && !isMember) used.add(node.text)
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(source, visit)
  return {
    used,
    declared: new Set(source.statements.flatMap(declaredBy)),
    imports: source.statements.filter(ts.isImportDeclaration).map((one) => one.getText(source)),
  }
}

/** Where an example may take a name from that it does not import. */
interface Sources {
  readonly program: ts.Program
  /** Module to the file behind it: what the package exports. */
  readonly packages: ReadonlyMap<string, string>
}

/** The framework whose adapter a file is; the README is about Express. */
const frameworkOf = (file: string) => /^adapters\/http\/(express|hono|next|node)/.exec(file)?.[1] ?? 'express'

const frameworkNames: Readonly<Record<string, readonly string[]>> = {
  express: ['provider', 'app'],
  hono: ['provider', 'app'],
  next: ['provider'],
  node: ['provider', 'req', 'res'],
}

const importOf = (names: readonly string[], module: string) =>
  `import { ${names.join(', ')} } from ${JSON.stringify(module)}`

/** What an earlier block of a document has imported is still there. */
function importsKept(earlier: readonly Example[], missing: Set<string>): readonly string[] {
  const imports = earlier.flatMap(({ code }) => namesIn(code).imports)
  return imports.filter((text) => {
    const names = [...namesIn(text).declared]
    const wanted = names.every((name) => missing.has(name))
    if (wanted) for (const name of names) missing.delete(name)
    return wanted
  })
}

/** The names that a module has to offer, as an import of them. */
function importsFrom(module: string, exported: ReturnType<typeof exportsOf>, missing: Set<string>): readonly string[] {
  const found = [...exported.keys()].filter((name) => missing.delete(name))
  const names = found.map((name) => (exported.get(name) === 'type' ? `type ${name}` : name))
  return names.length === 0 ? [] : [importOf(names, module)]
}

function framework(file: string, missing: Set<string>): readonly string[] {
  const name = frameworkOf(file)
  const found = (frameworkNames[name] ?? []).filter((one) => missing.delete(one))
  return found.length === 0
    ? []
    : [importOf(['frameworks'], ambientFile), `const { ${found.join(', ')} } = frameworks.${name}`]
}

/**
 * One line in front of an example: imports of the names that it takes for granted, as far as they are somebody's. The first block
 * of a document has to stand alone.
 */
function prelude({ file, code }: Example, earlier: readonly Example[], { program, packages }: Sources): string {
  const { used, declared } = namesIn(code)
  const missing = new Set([...used].filter((name) => !declared.has(name)))
  const around = () => [
    ...framework(file, missing),
    ...importsFrom(ambientFile, exportsOf(program, ambientFile), missing),
  ]
  const document = file.endsWith('.md')
  const before = earlier.filter((one) => one.file === file)
  if (document && before.length === 0) return ''
  const own = join(root, file)
  const lines = document
    ? [...importsKept(before, missing), ...around()]
    : [
        ...importsFrom(own, exportsOf(program, own), missing),
        ...framework(file, missing),
        ...[...packages].flatMap(([module, path]) => importsFrom(module, exportsOf(program, path), missing)),
        ...around(),
      ]
  return lines.map((line) => line.replaceAll('\n', ' ')).join('; ')
}

/**
 * Type-check examples as strictly as the code itself.
 *
 * @returns for each, what the compiler has to say, each with file and line: nothing when all is well
 */
export function check(examples: readonly Example[]): ReadonlyMap<Example, readonly string[]> {
  const options = compilerOptions()
  const packages = new Map(Object.entries(options.paths ?? {}).map(([name, [path = '']]) => [name, join(root, path)]))
  const documented = examples.filter(({ file }) => /\.tsx?$/.test(file)).map(({ file }) => join(root, file))
  const existing = [...packages].filter(([, path]) => ts.sys.fileExists(path))
  const files = [ambientFile, ...existing.map(([, path]) => path), ...documented]
  const program = ts.createProgram(files, options)
  const sources = { program, packages: new Map(existing) }

  const written = new Map(
    examples.map((example, index) => {
      const text = `${prelude(example, examples.slice(0, index), sources)}; export {}\n${example.code}`
      // Beside the tests, so that packages are found; it exists in memory alone.
      return [join(root, `test/example-${index}.ts`), { example, text }] as const
    }),
  )
  const disk = ts.createCompilerHost(options)
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => written.has(path) || disk.fileExists(path),
    readFile: (path) => written.get(path)?.text ?? disk.readFile(path),
    getSourceFile: (path, language, ...rest) => {
      const text = written.get(path)?.text
      return text === undefined
        ? disk.getSourceFile(path, language, ...rest)
        : ts.createSourceFile(path, text, language, true)
    },
  }
  const checked = ts.createProgram([...files, ...written.keys()], options, host, program)
  return new Map(
    [...written].map(([path, { example }]) => {
      const source = checked.getSourceFile(path)
      const found = [...checked.getSyntacticDiagnostics(source), ...checked.getSemanticDiagnostics(source)]
      return [example, found.map((one) => describeDiagnostic(example, one))]
    }),
  )
}

function describeDiagnostic({ file, line }: Example, { file: source, start = 0, messageText, code }: ts.Diagnostic) {
  const within = source?.getLineAndCharacterOfPosition(start).line ?? 0
  // The line in front of the example is not counted.
  return `${file}:${line + within - 1} TS${code} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
}
