/** What screens ask for as a whole: a visit with everything that hangs on it, and the unsent work. */

import type {
  Amendment, CommandName, Customer, Damage, EstimateLine, Finding, Kind, Photo, Progress, Rows, Signature, Vehicle, Visit, Cause,
} from '../gen/wire'
import type { Ahead } from './ahead'
import { db } from './db'
import { counters } from './device'
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
  amendments: Amendment[]
  /** Rows whose newest command is not settled: waiting, on its way, or answered with something a person must see. */
  pending: Map<string, PendingState>
  /** What was read is before the command with this number. */
  before: number
}

const HANGING = ['estimate_lines', 'findings', 'damages', 'progress', 'photos', 'signatures', 'amendments'] as const
type Hanging = (typeof HANGING)[number]

/**
 * The visit, or the one that its id stands for since it was joined; undefined when this tablet does not have it. One
 * transaction, for each costs a tap more than the reading.
 */
export async function visitOf(visitId: string): Promise<VisitView | undefined> {
  const tables = [db.visits, db.customers, db.vehicles, db.aliases, db.queue, db.done, db.reviews, db.meta, ...HANGING.map((kind) => db[kind])]
  return db.transaction('r', tables, async () => {
    const visit = await resolved('visits', visitId)
    if (!visit) return undefined
    const of = <K extends Hanging>(kind: K) =>
      (db[kind].where('visit_id').equals(visit.id) as unknown as { sortBy(key: string): Promise<Rows[K][]> }).sortBy('id')
    const [customer, vehicle, lines, findings, damages, progress, photos, signatures, amendments, stands, count] = await Promise.all([
      resolved('customers', visit.customer_id),
      resolved('vehicles', visit.vehicle_id),
      of('estimate_lines'),
      of('findings'),
      of('damages'),
      of('progress'),
      of('photos'),
      of('signatures'),
      of('amendments'),
      standing(),
      counters(db),
    ])
    const hanging = [lines, findings, damages, progress, photos, signatures, amendments].flat()
    const rows = [visit, customer, vehicle, ...hanging]
    const pending = only(stands, rows.flatMap((row) => (row ? [row.id] : [])))
    return {
      visit, customer, vehicle, lines, findings, damages, progress, photos, signatures, amendments, pending, before: count.next_seq,
    }
  })
}

const LISTS = {
  estimate_lines: 'lines', findings: 'findings', damages: 'damages', progress: 'progress', photos: 'photos',
  signatures: 'signatures', amendments: 'amendments',
} as const
const ONES = { visits: 'visit', customers: 'customer', vehicles: 'vehicle' } as const

/** The visit with those taps laid over it that it was read too early to contain. */
export function withAhead(read: VisitView, guesses: readonly Ahead[]): VisitView {
  const later = guesses.filter((guess) => guess.seq >= read.before)
  if (!later.length) return read
  const view = { ...read, pending: new Map(read.pending) }
  for (const { kind, id, now } of later.flatMap((guess) => guess.rows)) {
    const one = ONES[kind as keyof typeof ONES]
    const list = LISTS[kind as keyof typeof LISTS]
    if (one && now && view[one]?.id === id) Object.assign(view, { [one]: now })
    else if (list && (now as Finding | null)?.visit_id === view.visit.id) Object.assign(view, { [list]: placed(view[list], now!) })
    else continue
    view.pending.set(id, 'pending')
  }
  return view
}

function placed(rows: readonly { id: string }[], row: { id: string }): { id: string }[] {
  const others = rows.filter((one) => one.id !== row.id)
  return [...others, row].sort((a, b) => (a.id < b.id ? -1 : 1))
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
  return only(await standing(), ids)
}

const only = (stands: Map<string, PendingState>, ids: string[]): Map<string, PendingState> =>
  new Map(ids.flatMap((id) => (stands.has(id) ? [[id, stands.get(id)!] as const] : [])))

/** How the newest unsettled command on each row stands, of all rows that have one. */
async function standing(): Promise<Map<string, PendingState>> {
  const [answered, queue] = await Promise.all([unsettled(), db.queue.orderBy('seq').toArray()])
  const states = new Map<string, PendingState>()
  for (const { touches, outcome } of answered) for (const id of touches) states.set(id, outcome.outcome as PendingState)
  for (const command of queue) for (const id of command.touches) states.set(id, stateOf(command))
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
