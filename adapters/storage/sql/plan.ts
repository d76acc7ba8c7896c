import type { Change } from 'grantor'
import { type Binder, binder, type Engine, type Value } from './engine.js'
import type { Column } from './tables.js'

/** The places of a statement for a change, found by position, so that one text serves every change of the same shape. */
export type ChangeBinder = Binder<Change>

export const changeBinder = (engine: Engine): ChangeBinder => binder<Change>(engine)

/** Settings that are stored for the first time, and those that replace what is there. */
export const settingsIn = ({ settings }: Change) => ({
  first: settings.filter(({ version }) => version === 1),
  later: settings.filter(({ version }) => version !== 1),
})

/** How many records each part of a change names, which is all that the text of its statements depends on. */
export const shapeOf = (change: Change): string =>
  [
    change.redeem.length,
    change.alive.length,
    change.extend.length,
    change.revoke.length,
    change.narrow.length,
    change.update.length,
    settingsIn(change).first.length,
    settingsIn(change).later.length,
    change.clients.length,
    change.grants.length,
    change.tokens.length,
    change.events.length,
  ].join('.')

const MOST_PLANS = 500

/** Make a plan once for each shape of change. The number of shapes is bounded in practice; the memory is in any case. */
export function planned<Plan>(make: (change: Change) => Plan): (change: Change) => Plan {
  const plans = new Map<string, Plan>()
  return (change) => {
    const shape = shapeOf(change)
    const known = plans.get(shape)
    if (known !== undefined) return known
    if (plans.size >= MOST_PLANS) plans.clear()
    const plan = make(change)
    plans.set(shape, plan)
    return plan
  }
}

/** Picks a record out of a change by its position. */
export type RecordAt<T> = (change: Change, index: number) => T

/** The places for records to insert: `($1::text, $2::bigint), (…)`. */
export function rowsOf<T>(
  { bind }: ChangeBinder,
  count: number,
  columns: readonly Column<T>[],
  record: RecordAt<T>,
): string {
  const row = (index: number) =>
    columns.map(({ value, type }) => bind((change) => value(record(change, index)), type)).join(', ')
  return Array.from({ length: count }, (_, index) => `(${row(index)})`).join(', ')
}

export const namesOf = (columns: readonly { readonly name: string }[]): string =>
  columns.map(({ name }) => name).join(', ')

/** The projects that a grant names, each once. One for all projects names none. */
export const projectsNamed = (projects: readonly string[] | 'all'): readonly string[] =>
  projects === 'all' ? [] : [...new Set(projects)]

/** Which projects a narrowed grant no longer names, and which it names for the first time because it had all of them. */
export function projectsMoved({ from, to }: Change['narrow'][number]) {
  const [before, after] = [projectsNamed(from.projects), projectsNamed(to.projects)]
  return {
    removed: before.filter((project) => !after.includes(project)),
    added: after.filter((project) => !before.includes(project)),
  }
}

export const valuesOf = (reads: readonly ((change: Change) => Value)[], change: Change): readonly Value[] =>
  reads.map((read) => read(change))
