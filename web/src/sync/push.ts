/** Sends the queue: in order, in batches, keeping every command until its own outcome is here. */

import { db } from './db'
import { resend, thisDevice } from './device'
import { jsonOf, Refused } from './door'
import { held } from './outbox'
import { authorised } from './session'
import { goOnAfresh, Stopped } from './stopped'
import type { Outcome, Queued } from './types'

const MOST_COMMANDS = 500
const MOST_BYTES = 2 * 1024 * 1024 - 4096

interface Answer {
  outcomes: Outcome[]
  next_seq: number
  failed: { seq: number; id: string; attempt: number } | null
}

/** Sends what may go; `flush` also what is held for an undo. Gives how many ms until a held command may go, or null. */
export async function pushAll(flush = false): Promise<number | null> {
  let limit = MOST_COMMANDS
  for (;;) {
    const device = await thisDevice()
    const batch = await nextBatch(device.id, limit, flush)
    if (!batch.length) return holdLeft()
    try {
      await record(await post(batch))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      if (error.status === 413 && batch.length > 1) limit = Math.ceil(batch.length / 2)
      else await mend(error, device.id, batch[0]!.seq)
    }
  }
}

async function post(batch: Queued[]): Promise<Answer> {
  const commands = batch.map(({ seq, id, name, issued_at, user, lane, fields }) => ({
    seq, id, name, issued_at, ...(user && { user }), lane, fields,
  }))
  const json = { protocol: 1, app: __APP_VERSION__, commands }
  const answer = await jsonOf<Answer>(await authorised('/sync/push', { method: 'POST', json }))
  if (!answer.failed && !answer.outcomes.length) throw new Stopped({ code: 'no_progress' }, true)
  return answer
}

/**
 * The next commands in order; they count as tried before the network sees them, so that none is taken back or
 * renumbered.
 */
async function nextBatch(deviceId: string, limit: number, flush: boolean): Promise<Queued[]> {
  return db.transaction('rw', db.queue, db.people, db.staff, async () => {
    const waiting = (await db.queue.orderBy('seq').toArray()).filter((command) => !command.outcome)
    const released = flush ? waiting : waiting.slice(0, waiting.findLastIndex((command) => !held(command)) + 1)
    const batch = fitting(released.slice(0, limit))
    const away = await firstAway(batch, deviceId)
    if (away === 0) throw await authorAway(batch[0]!)
    const ready = away < 0 ? batch : batch.slice(0, away)
    const fresh = ready.filter((command) => !command.tried).map((command) => command.seq)
    await db.queue.where('seq').anyOf(fresh).modify({ tried: 1 })
    return ready
  })
}

function fitting(commands: Queued[]): Queued[] {
  const coder = new TextEncoder()
  let bytes = 0
  const over = commands.findIndex((command) => {
    bytes += coder.encode(JSON.stringify(command)).length
    return bytes > MOST_BYTES
  })
  return over < 0 ? commands : commands.slice(0, Math.max(over, 1))
}

/** The server takes commands only of people who signed in on this device: after a fork they must do so again. */
async function firstAway(batch: Queued[], deviceId: string): Promise<number> {
  const people = await db.people.toArray()
  const here = new Set(people.filter((person) => person.device_id === deviceId).map((person) => person.user_id))
  return batch.findIndex((command) => command.user !== null && !here.has(command.user))
}

async function authorAway(command: Queued): Promise<Stopped> {
  const person = await db.people.get(command.user!)
  const name = person?.user.name ?? (await db.staff.get(command.user!))?.name ?? ''
  return new Stopped({ code: 'author_must_sign_in', facts: { name } }, false)
}

/** Notes outcomes beside their commands; the guesses stay until a pull has brought the rows. */
async function record({ outcomes, failed }: Answer): Promise<void> {
  await db.transaction('rw', db.queue, async () => {
    for (const outcome of outcomes) await db.queue.where('id').equals(outcome.id).modify({ outcome })
  })
  if (failed) throw new Stopped({ code: 'command_failed', facts: { ...failed } }, true)
}

/** Mends what a refusal says can be mended; raises `Stopped` for the rest. */
async function mend(error: Refused, deviceId: string, first: number): Promise<void> {
  const seq = Number(error.facts['next_seq'])
  if (error.code === 'gap' && seq < first) {
    const result = await db.transaction('rw', db.written, async () => resend(db, deviceId, seq))
    if (result === 'resent') return
    // The server is missing commands that nobody has any more: only a new count can go on without a gap.
    return goOnAfresh(deviceId)
  }
  if (error.code === 'forked_device') return goOnAfresh(deviceId)
  throw error
}

async function holdLeft(): Promise<number | null> {
  const waiting = await db.queue.filter((command) => !command.outcome && held(command)).toArray()
  return waiting.length ? Math.min(...waiting.map((command) => command.held_until)) - Date.now() : null
}
