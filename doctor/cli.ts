import { parseArgs } from 'node:util'
import { examine } from './examine.js'
import { report } from './report.js'

const usage = `grantor doctor <issuer> [options]

Looks at a running OAuth provider from outside, as strict clients and as known clients do, and says what is wrong,
whom it breaks, and how to mend it. It works with any provider.

  --resource <url>   a protected resource to look at as well, such as an MCP server
  --client <id>      a public client with the redirect URI http://127.0.0.1/grantor-doctor,
                     where clients cannot register themselves
  --no-register      register nothing; what needs a client is then left out, unless --client is given
  --json             findings as JSON
  --strict           warnings count as well

Exit code: 0 nothing found, 1 something found, 2 it could not be run.`

/** @throws TypeError for arguments that make no sense */
function read(args: readonly string[]) {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      resource: { type: 'string' },
      client: { type: 'string' },
      'no-register': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const [command, issuer, ...rest] = positionals
  if (values.help) return null
  if (command !== 'doctor' || issuer === undefined || rest.length > 0)
    throw new TypeError('say: grantor doctor <issuer>')
  for (const url of [issuer, values.resource])
    if (url !== undefined && !/^https?:\/\//.test(url)) throw new TypeError(`${url} is no URL`)
  return { issuer, values }
}

/**
 * The command line.
 *
 * @param print takes what people or programs read
 * @returns the exit code
 */
export async function run(args: readonly string[], print: (text: string) => void): Promise<number> {
  try {
    return await doctor(args, print)
  } catch (fault) {
    print(`${fault instanceof Error ? fault.message : String(fault)}\n\n${usage}`)
    return 2
  }
}

async function doctor(args: readonly string[], print: (text: string) => void): Promise<number> {
  const asked = read(args)
  if (asked === null) {
    print(usage)
    return 0
  }
  const { issuer, values } = asked
  const { resource, client, strict, json } = values
  const findings = await examine(issuer, {
    register: !values['no-register'],
    ...(resource !== undefined && { resource }),
    ...(client !== undefined && { client }),
  })
  print(json ? JSON.stringify(findings, null, 2) : report(issuer, findings))
  return findings.some(({ severity }) => strict || severity === 'error') ? 1 : 0
}
