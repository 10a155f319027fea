/** What screens ask for as a whole: a visit with everything that hangs on it, and the unsent work. */

import type {
  CommandName, Customer, Damage, EstimateLine, Finding, Kind, Photo, Progress, Rows, Signature, Vehicle, Visit, Cause,
} from '../gen/wire'
import { db } from './db'
import type { Done, Outcome, PendingState, Queued } from './types'

/** A visit as its screen shows it; lists in the order in which they were made. */
export interface VisitView {
  visit: Visit
  customer: Customer | undefined
  vehicle: Vehicle | undefined
  lines: EstimateLine[]
  findings: Finding[]
  damages: Damage[]
  progress: Progress[]
  photos: Photo[]
  signatures: Signature[]
  /** Rows whose newest command is not settled: waiting, on its way, or answered with something a person must see. */
  pending: Map<string, PendingState>
}

/** The visit, or the one that its id stands for since it was joined; undefined when this tablet does not have it. */
export async function visitOf(visitId: string): Promise<VisitView | undefined> {
  const visit = await resolved('visits', visitId)
  if (!visit) return undefined
  const of = <K extends 'estimate_lines' | 'findings' | 'damages' | 'progress' | 'photos' | 'signatures'>(kind: K) =>
    (db[kind].where('visit_id').equals(visit.id) as unknown as { sortBy(key: string): Promise<Rows[K][]> }).sortBy('id')
  const [customer, vehicle, lines, findings, damages, progress, photos, signatures] = await Promise.all([
    resolved('customers', visit.customer_id),
    resolved('vehicles', visit.vehicle_id),
    of('estimate_lines'),
    of('findings'),
    of('damages'),
    of('progress'),
    of('photos'),
    of('signatures'),
  ])
  const ids = [visit, customer, vehicle, ...lines, ...findings, ...damages, ...progress, ...photos, ...signatures]
  const pending = await pendingOf(ids.flatMap((row) => (row ? [row.id] : [])))
  return { visit, customer, vehicle, lines, findings, damages, progress, photos, signatures, pending }
}

type Named = 'visits' | 'customers' | 'vehicles'

/** The row with this id, or with the id that it stands for. */
export async function resolved<K extends Named>(kind: K, id: string): Promise<Rows[K] | undefined> {
  const row = await (db.rows(kind as Kind).get(id) as unknown as Promise<Rows[K] | undefined>)
  if (row) return row
  const alias = await db.aliases.get(id)
  return alias && alias.canonical_id !== id ? resolved(kind, alias.canonical_id) : undefined
}

/** How the newest unsettled command on each of these rows stands. */
export async function pendingOf(ids: string[]): Promise<Map<string, PendingState>> {
  const wanted = new Set(ids)
  const states = new Map<string, PendingState>()
  for (const { touches, outcome } of await unsettled()) {
    for (const id of touches) if (wanted.has(id)) states.set(id, outcome.outcome as PendingState)
  }
  const queue = await db.queue.orderBy('seq').toArray()
  for (const command of queue) {
    for (const id of command.touches) if (wanted.has(id)) states.set(id, stateOf(command))
  }
  return states
}

/** A command as the page of unsent work shows it. */
export interface QueueItem {
  seq: number
  id: string
  name: CommandName
  fields: object
  issued_at: string
  state: PendingState
  outcome?: Outcome
  reason?: Cause
}

/** What waits, and what was answered with something that a person has still to look at; oldest first. */
export async function queueItems(): Promise<QueueItem[]> {
  const answered = (await unsettled()).map((command) => itemOf(command, command.outcome.outcome as PendingState))
  const waiting = (await db.queue.orderBy('seq').toArray()).map((command) => itemOf(command, stateOf(command)))
  return [...answered, ...waiting]
}

function itemOf({ seq, id, name, fields, issued_at, outcome }: Queued | Done, state: PendingState): QueueItem {
  const said = { ...(outcome && { outcome }), ...(outcome?.reason && { reason: outcome.reason }) }
  return { seq, id, name, fields, issued_at, state, ...said }
}

function stateOf({ outcome, tried }: Queued): PendingState {
  if (outcome && outcome.outcome !== 'applied') return outcome.outcome
  return tried ? 'sending' : 'pending'
}

/** Commands whose review is still open; one whose review this tablet does not see counts as settled. */
async function unsettled(): Promise<Done[]> {
  const done = await db.done.where('outcome.outcome').anyOf('merged', 'kept', 'rejected', 'blocked').sortBy('done_at')
  const reviews = await db.reviews.bulkGet(done.map((command) => command.outcome.review ?? ''))
  return done.filter((_, at) => reviews[at]?.state === 'open')
}
