import { randomUUID } from 'node:crypto'

export interface Item {
  readonly id: string
  readonly name: string
  /** The person, or the client where it acts for itself. */
  readonly created_by: string
  /** ISO 8601. */
  readonly created_at: string
}

/** What the platform keeps for its customers. Items live in memory: what the demo is about is who may reach them. */
export interface Data {
  readonly list: (project: string) => readonly Item[]
  readonly add: (project: string, name: string, by: string) => Item
  /** False when there is no such item in this project. */
  readonly remove: (project: string, id: string) => boolean
}

const seed: Readonly<Record<string, readonly string[]>> = {
  alpha: ['Orders 2024', 'Orders 2025'],
  beta: ['Price list'],
  gamma: ['Shipments'],
}

const newItem = (name: string, by: string): Item => ({
  id: randomUUID(),
  name,
  created_by: by,
  created_at: new Date().toISOString(),
})

/** The items of every project, each project with a few to begin with. */
export function createData(): Data {
  const items = new Map(
    Object.entries(seed).map(([project, names]) => {
      const seeded = names.map((name) => newItem(name, 'quarry'))
      return [project, new Map(seeded.map((item) => [item.id, item]))] as const
    }),
  )
  const of = (project: string) => items.get(project) ?? new Map<string, Item>()
  return {
    list: (project) => [...of(project).values()],
    add(project, name, by) {
      const item = newItem(name, by)
      items.set(project, of(project).set(item.id, item))
      return item
    },
    remove: (project, id) => of(project).delete(id),
  }
}
