/**
 * Every tap is a command: numbered, stored and guessed in one transaction, sent in order, taken back only while it is
 * still ours.
 */

import { MAKES, type CommandFields, type CommandName } from '../gen/wire'
import { confirmAhead, forgetAhead, takeBack } from './ahead'
import { tell } from './changes'
import { now, uuid7 } from './clock'
import type { LocalDb } from './db'
import { db } from './db'
import { counters, localNumber, placeHere, placeOf } from './device'
import { Draft } from './draft'
import { guess } from './guess'
import { cover, laneOf, load, rebase, sceneOf } from './rebase'
import { Refused } from './door'
import { foresee } from './sight'
import { steady } from './steady'
import type { Queued } from './types'

/** How long a routine tap waits for an "undo" before it may be sent. */
export const HOLD_MS = 6000

const LARGEST_COMMAND = 7 * 1024 * 1024

/** Taps that people take back; what is signed, paid, opened or decided goes out at once. */
const HELD: ReadonlySet<CommandName> = new Set<CommandName>([
  'customer.tag', 'customer.update', 'vehicle.update', 'visit.add_concern', 'visit.add_damage', 'visit.advise',
  'visit.assign', 'visit.promise', 'finding.record', 'finding.revise', 'estimate.add_line', 'estimate.revise_line',
  'estimate.drop_line', 'repair.advance', 'repair.clock_on', 'repair.clock_off', 'repair.use_part',
  'appointment.move', 'appointment.cancel', 'review.resolve', 'survey.record_call',
])

/** Entries that stand for themselves: taking one back disturbs no other. */
const ENTRIES: ReadonlySet<CommandName> = new Set<CommandName>([
  'customer.add_note', 'customer.tag', 'visit.add_concern', 'visit.add_damage', 'visit.advise', 'photo.add',
  'finding.record', 'estimate.add_line', 'repair.use_part', 'repair.note', 'repair.clock_on', 'settlement.record_payment',
  'survey.record_call',
])

export interface SendOptions {
  lane?: string
  /** Sends without waiting for an undo. */
  now?: boolean
}

/**
 * Stores a command and shows its guess at once; raises RangeError for one beyond 7 MiB and Refused `signed_out` where
 * nobody works. Nothing waits for the network.
 */
export async function send<N extends CommandName>(
  name: N, fields: CommandFields[N], options: SendOptions = {},
): Promise<{ id: string; seq: number }> {
  const tap = tapped(name, JSON.parse(JSON.stringify(fields)) as CommandFields[N])
  const sent = await takes(tap, () =>
    db.transaction('rw', [...db.written, db.people], async () => enqueue(db, tap, options, await placeHere())),
  )
  tell({ type: 'poke' })
  return sent
}

/** A command as the finger made it. */
export interface Tap<N extends CommandName = CommandName> {
  id: string
  name: N
  fields: CommandFields[N]
  /** RFC 3339. */
  issued_at: string
}

/** Names a command and notes when it was made. */
export function tapped<N extends CommandName>(name: N, fields: CommandFields[N]): Tap<N> {
  return { id: uuid7(), name, fields, issued_at: now() }
}

/** Shows a tap while `work` stores it; where the store does not take it, nothing of it stays on the screen. */
export async function takes<T>(tap: Tap, work: () => Promise<T>): Promise<T> {
  foresee(tap)
  try {
    return await steady(work)
  } catch (error) {
    takeBack(tap.id)
    throw error
  }
}

/**
 * The part of `send` inside a transaction over `db.written`; photos store their bytes in the same one. A command that is
 * stored already stays as it is.
 */
export async function enqueue<N extends CommandName>(
  store: LocalDb, { id, name, fields, issued_at }: Tap<N>, options: SendOptions, place: Awaited<ReturnType<typeof placeOf>>,
): Promise<{ id: string; seq: number }> {
  if (!place.user_id) throw new Refused(401, 'signed_out')
  const [known, count] = await Promise.all([store.queue.where('id').equals(id).first(), counters(store)])
  if (known) return { id, seq: known.seq }
  const numbered = { ...count, next_seq: count.next_seq + 1 }
  if (name === 'visit.open' && !(fields as CommandFields['visit.open']).local_number) {
    fields = { ...fields, local_number: localNumber(place.device_id, count.next_local_number) }
    numbered.next_local_number += 1
  }
  const command: Queued = {
    seq: count.next_seq, id, name, fields, issued_at, user: place.user_id, lane: options.lane ?? '',
    touches: [], tried: 0, held_until: HELD.has(name) && !options.now ? Date.now() + HOLD_MS : 0, outcome: null,
  }
  if (JSON.stringify(command).length > LARGEST_COMMAND) throw new RangeError('command_too_large')
  const draft = new Draft()
  await load(store, draft, [command])
  command.touches = guess(draft, command, sceneOf(command, place))
  command.lane ||= laneOf(draft, command)
  confirmAhead({ id, seq: command.seq, rows: [...draft.changed] })
  await Promise.all([cover(store, draft), store.queue.add(command), store.remember('counters', numbered)])
  return { id: command.id, seq: command.seq }
}

/**
 * Takes a command back. Works only while it cannot have left the tablet and no later command builds on it; then the
 * commands behind it move up, so that the numbers stay without gaps.
 */
export async function undo(id: string): Promise<boolean> {
  const place = await placeOf()
  forgetAhead()
  return db.transaction('rw', db.written, async () => {
    const command = await db.queue.where('id').equals(id).first()
    if (!command || command.tried) return false
    const later = await db.queue.where('seq').above(command.seq).sortBy('seq')
    if (later.some((other) => other.tried || buildsOn(other, command))) return false
    await db.queue.where('seq').aboveOrEqual(command.seq).delete()
    await db.queue.bulkAdd(later.map((other) => ({ ...other, seq: other.seq - 1 })))
    const count = await counters(db)
    await db.remember('counters', { ...count, next_seq: count.next_seq - 1 })
    await rebase(db, place)
    return true
  })
}

function buildsOn(later: Queued, earlier: Queued): boolean {
  const made = (MAKES[earlier.name] ?? []).map((field) => (earlier.fields as unknown as Record<string, unknown>)[field])
  const text = JSON.stringify(later.fields)
  if (made.some((id) => typeof id === 'string' && text.includes(id))) return true
  if (ENTRIES.has(earlier.name) && later.name !== 'settlement.issue') return false
  return later.touches.some((id) => earlier.touches.includes(id))
}

/** Whether a command still waits for an undo; a clock that jumped back cannot hold it for longer than `HOLD_MS`. */
export function held(command: Queued, at = Date.now()): boolean {
  const left = command.held_until - at
  return left > 0 && left <= HOLD_MS
}
