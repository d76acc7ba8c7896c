import { readdir } from 'node:fs/promises'
import type { Contestant } from './contestant.js'

/** A contestant, and the file it is in: each process loads that one file. */
export interface Listed {
  readonly file: string
  readonly contestant: Contestant
}

const folders = ['floors', 'grantor', 'peers'] as const

/** The contestants in one file of the built benchmark, such as `floors/node.js`. */
export async function contestantsIn(file: string): Promise<readonly Contestant[]> {
  const module = (await import(new URL(file, import.meta.url).href)) as { readonly contestants?: readonly Contestant[] }
  return module.contestants ?? []
}

/** Every contestant there is. A file that cannot be loaded is told of and left out. */
export async function catalogue(say: (line: string) => void): Promise<readonly Listed[]> {
  const listed: Listed[] = []
  for (const folder of folders) {
    const names = await readdir(new URL(folder, import.meta.url)).catch((): string[] => [])
    for (const name of names.filter((one) => one.endsWith('.js')).sort()) {
      const file = `${folder}/${name}`
      try {
        for (const contestant of await contestantsIn(file)) listed.push({ file, contestant })
      } catch (error) {
        say(`left out: ${file}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
  return listed
}

export async function findContestant(file: string, id: string): Promise<Contestant> {
  const found = (await contestantsIn(file)).find((one) => one.id === id)
  if (!found) throw new Error(`${file} has no ${id}`)
  return found
}
