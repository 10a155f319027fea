/**
 * Guesses on top of the server's rows. Invariant: a row in `base` is the server's and its shown row is that with the
 * pending guesses replayed in order; every other shown row is the server's own. All functions run inside the caller's
 * transaction.
 */

import type { Kind } from '../gen/wire'
import type { LocalDb } from './db'
import { Draft, type DraftRow } from './draft'
import { guess, type Scene } from './guess'
import { announce } from './changes'
import type { Queued, Row, Sent } from './types'

const NAMED: Record<string, Kind> = {
  customer_id: 'customers', owner_id: 'customers', vehicle_id: 'vehicles', visit_id: 'visits',
  appointment_id: 'appointments', line_id: 'estimate_lines', finding_id: 'findings', photo_id: 'photos',
  damage_id: 'damages', review_id: 'reviews', signature_id: 'signatures', amendment_id: 'amendments', message_id: 'messages',
  complaint_id: 'complaints', survey_id: 'complaints',
}

/** What a handover reads besides the visit and its car. */
const LEFT_BEHIND: readonly Kind[] = ['damages', 'findings', 'estimate_lines']

/** The rows that a command's guess may read or make. */
export function mentions({ name, fields }: Pick<Sent, 'name' | 'fields'>): [Kind, string][] {
  const found: [Kind, string][] = []
  const merged = name.startsWith('vehicle.') ? 'vehicles' : 'customers'
  for (const [field, value] of Object.entries(fields as object)) {
    const answers = field === 'owner_id' && name.startsWith('complaint.')
    const kind = field === 'keep_id' || field === 'merge_id' ? merged : answers ? undefined : NAMED[field]
    if (kind) for (const id of idsIn(value)) found.push([kind, id])
    if (field === 'review_id') found.push(['merge_proposals', value as string])
    if (field === 'lines' || field === 'decisions') {
      for (const { line_id } of value as { line_id: string }[]) found.push(['estimate_lines', line_id])
    }
  }
  return found
}

function idsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  const { from, to } = (value ?? {}) as { from?: unknown; to?: unknown }
  return [from, to].filter((id) => typeof id === 'string')
}

/** Loads what the guesses of these commands need; rows that the draft knows already stay as they are. */
export async function load(db: LocalDb, draft: Draft, commands: Pick<Sent, 'name' | 'fields'>[]): Promise<void> {
  const wanted = commands.flatMap(mentions)
  await loadRows(db, draft, [...wanted.map(([, id]): [Kind, string] => ['aliases', id]), ...wanted])
  const canonical = draft.all('aliases').map(({ type, canonical_id }): [Kind, string] => [type, canonical_id])
  if (canonical.length) await loadRows(db, draft, canonical)
  await loadRows(db, draft, draft.all('visits').map((visit) => ['vehicles', visit.vehicle_id]))
  const names = new Set(commands.map((command) => command.name))
  const hands = names.has('handover.sign') || names.has('handover.release')
  if (hands || names.has('report.publish')) await loadHanging(db, draft, hands ? LEFT_BEHIND : ['findings'])
  if (names.has('customer.merge') || names.has('vehicle.merge')) {
    for (const row of await db.merge_proposals.toArray()) draft.load('merge_proposals', row.id, row)
  }
}

/** What hangs on the visits of the draft. */
async function loadHanging(db: LocalDb, draft: Draft, kinds: readonly Kind[]): Promise<void> {
  const visits = draft.all('visits').map((visit) => visit.id)
  for (const kind of kinds) {
    for (const row of await db.rows(kind).where('visit_id').anyOf(visits).toArray()) draft.load(kind, row.id, row as Row)
  }
}

async function loadRows(db: LocalDb, draft: Draft, wanted: [Kind, string][]): Promise<void> {
  const ids = new Map<Kind, Set<string>>()
  for (const [kind, id] of wanted) {
    if (!draft.knows(kind, id)) ids.set(kind, (ids.get(kind) ?? new Set()).add(id))
  }
  await Promise.all(
    [...ids].map(async ([kind, some]) => {
      const rows = await db.rows(kind).bulkGet([...some])
      ;[...some].forEach((id, at) => draft.load(kind, id, rows[at] as Row | undefined))
    }),
  )
}

/** Where a command happened, for its guess. */
export function sceneOf(command: Pick<Sent, 'id' | 'issued_at' | 'user'>, place: Place): Scene {
  return { id: command.id, at: command.issued_at, user: command.user, ...place }
}

export interface Place {
  store_id: string
  device_id: string
}

/** Stores the rows that new guesses changed; the server's version of each is put aside at its first guess. */
export async function cover(db: LocalDb, draft: Draft): Promise<void> {
  const changed = [...draft.changed]
  const known = await db.base.bulkGet(changed.map(({ kind, id }): [Kind, string] => [kind, id]))
  const fresh = changed.filter((_, at) => !known[at])
  await Promise.all([db.base.bulkPut(fresh.map(({ kind, id, before }) => ({ kind, id, row: before }))), store(db, changed)])
}

/** Lays the guesses of all queued commands anew on the server's rows. */
export async function rebase(db: LocalDb, place: Place): Promise<void> {
  const queue = await db.queue.orderBy('seq').toArray()
  const base = await db.base.toArray()
  if (!queue.length && !base.length) return
  const draft = new Draft()
  for (const { kind, id, row } of base) draft.load(kind, id, row)
  await load(db, draft, queue)
  for (const command of queue) guess(draft, command, sceneOf(command, place))
  const covered = new Set([...draft.changed].map(({ kind, id }) => `${kind}:${id}`))
  const bare = base.filter(({ kind, id }) => !covered.has(`${kind}:${id}`))
  await db.base.bulkDelete(bare.map(({ kind, id }): [Kind, string] => [kind, id]))
  await db.base.bulkPut([...draft.changed].map(({ kind, id, before }) => ({ kind, id, row: before })))
  await store(db, [...bare.map(({ kind, id, row }) => ({ kind, id, before: null, now: row })), ...draft.changed])
}

async function store(db: LocalDb, rows: DraftRow[]): Promise<void> {
  const puts = new Map<Kind, Row[]>()
  const drops = new Map<Kind, string[]>()
  for (const { kind, id, now } of rows) {
    if (now) puts.set(kind, [...(puts.get(kind) ?? []), now])
    else drops.set(kind, [...(drops.get(kind) ?? []), id])
  }
  await Promise.all([
    ...[...puts].map(([kind, some]) => db.rows(kind).bulkPut(some)),
    ...[...drops].map(([kind, ids]) => db.rows(kind).bulkDelete(ids)),
  ])
  announce(rows)
}

/** What a command is about, so that a refusal holds up only what concerns the same thing: its visit before all else. */
export function laneOf(draft: Draft, { name, fields }: Pick<Queued, 'name' | 'fields'>): string {
  const f = fields as unknown as Record<string, unknown>
  const text = (name: string) => (typeof f[name] === 'string' ? (f[name] as string) : undefined)
  const child = (kind: 'estimate_lines' | 'findings' | 'photos', field: string) => {
    const id = text(field)
    return id ? draft.get(kind, id)?.visit_id : undefined
  }
  const parent = child('estimate_lines', 'line_id') ?? child('findings', 'finding_id') ?? child('photos', 'photo_id')
  const visit = text('visit_id') ?? parent
  if (visit) return `visit:${visit}`
  for (const noun of ['complaint', 'customer', 'vehicle', 'appointment', 'review']) {
    const id = text(`${noun}_id`)
    if (id) return `${noun}:${id}`
  }
  const merged = text('keep_id') ?? text('merge_id')
  return merged ? `${name.split('.')[0]}:${merged}` : 'misc'
}
