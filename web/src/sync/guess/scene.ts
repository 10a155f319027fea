/** What a guess knows beside the draft: who did it, when and where. */

import type { CommandFields, CommandName, Progress, Stage, Visit } from '../../gen/wire'
import type { Draft } from '../draft'
import { BEFORE_SETTLING } from '../stages'

export interface Scene {
  /** The command's id; rows and entries that it makes without an id of their own carry it. */
  id: string
  at: string
  user: string | null
  store_id: string
  device_id: string
}

/** Says on a draft what the server will most likely do. It never decides anything: the server's rows replace it. */
export type Guess<N extends CommandName> = (draft: Draft, fields: CommandFields[N], scene: Scene) => void

export type Guesses = { [N in CommandName]?: Guess<N> }

interface Seen<T> {
  from?: T | null
  to?: T | null
}

/**
 * The scalar rule (sync-protocol.md): set when nobody changed the value since it was seen, else the central value
 * stays.
 */
export function scalar<T>(current: T, change: Seen<T>): T {
  const [from, to] = [change.from ?? null, change.to ?? null]
  return same(current, from) || same(current, to) ? (to as T) : current
}

/** Applies the scalar rule to each field of a `changes` object. */
export function scalars<R extends object>(row: R, changes: object | null | undefined): Partial<R> {
  const fields = Object.entries(changes ?? {}).filter(([, change]) => change)
  return Object.fromEntries(
    fields.map(([name, change]) => [name, scalar(row[name as keyof R], change as Seen<R[keyof R]>)]),
  ) as Partial<R>
}

/** Whether the plan is frozen: from the settlement on, and when the visit has ended. */
export const frozen = (visit: Visit): boolean => !BEFORE_SETTLING.has(visit.stage)

/** Appends an entry unless one with its id is there: append-only entries may arrive twice. */
export function append<T extends { id: string }>(entries: T[], entry: T): T[] {
  return entries.some((known) => known.id === entry.id) ? entries : [...entries, entry]
}

/** A set kept as a list: adds all stay, a remove removes only what it names. */
export function withItems<T>(current: T[], add: T[], remove: T[] = []): T[] {
  const kept = current.filter((item) => !remove.includes(item))
  return [...kept, ...add.filter((item, at) => !kept.includes(item) && add.indexOf(item) === at)]
}

/** Text as the server will write it (VIN, plate, phone …); what it cannot read stays as typed. */
export function tidy<T extends string | null | undefined>(normalise: (text: string) => string, text: T): T | string {
  try {
    return text ? normalise(text) : text
  } catch {
    return text
  }
}

/** Moves a visit to a stage and leaves the step on its timeline. */
export function moveTo(draft: Draft, visitId: string, stage: Stage, scene: Scene, note: string | null = null): void {
  draft.change('visits', visitId, (visit) => ({
    stage,
    moves: visit.moves + 1,
    trail: [...visit.trail, stage],
    closed_at: stage === 'handed_over' || stage === 'cancelled' ? scene.at : visit.closed_at,
  }))
  const visit = draft.get('visits', visitId)
  if (visit) step(draft, visit, 'stage', scene, note)
}

/** A step on the visit's timeline; its id is the command that caused it. */
export function step(
  draft: Draft, visit: Visit, kind: Progress['kind'], scene: Scene, text: string | null = null,
): void {
  draft.put('progress', {
    id: scene.id, rev: 0, visit_id: visit.id, kind, stage: kind === 'stage' ? visit.stage : null,
    ready_at: visit.ready_at, text, visible_to_customer: true, at: scene.at, by: scene.user,
  })
}

/** Equal as values; null and absent are the same. */
export function same(a: unknown, b: unknown): boolean {
  return a === b || (a ?? null) === (b ?? null) || JSON.stringify(a) === JSON.stringify(b)
}
