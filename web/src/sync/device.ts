/** This tablet: its id and signing key, and what it counts. */

import { forgetAhead } from './ahead'
import { uuid7 } from './clock'
import { db, type LocalDb } from './db'
import type { Counters, Device, Person } from './types'

const START: Counters = { next_seq: 1, next_local_number: 1, done_through: 0 }

/** Made at the first start; the private key never leaves the tablet (WebCrypto, P-256, not extractable). */
export async function thisDevice(): Promise<Device> {
  const known = await db.read<Device>('device')
  if (known) return known
  const made = await newDevice()
  return db.transaction('rw', db.meta, async () => {
    const other = await db.read<Device>('device')
    if (!other) await db.remember('device', made)
    return other ?? made
  })
}

async function newDevice(): Promise<Device> {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  const id = uuid7()
  return { id, name: `${navigator.platform || 'tablet'} ${id.slice(-4)}`, keys }
}

/** The public key as the server wants it at enrolment: a JWK of four members. */
export async function publicKey(device: Device): Promise<Record<string, unknown>> {
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', device.keys.publicKey)
  return { kty, crv, x, y }
}

/** The number on a visit's papers until the store gives its own: no other tablet makes the same. `临-1122-7F3A-01`. */
export function localNumber(deviceId: string, count: number, at = new Date()): string {
  const day = `${at.getMonth() + 1}`.padStart(2, '0') + `${at.getDate()}`.padStart(2, '0')
  return `临-${day}-${deviceId.slice(-4).toUpperCase()}-${`${count}`.padStart(2, '0')}`
}

export async function counters(store: LocalDb): Promise<Counters> {
  return (await store.read<Counters>('counters')) ?? START
}

/** Who works here and where, for the command that is being made. */
export async function placeOf(): Promise<{ device_id: string; store_id: string; user_id: string | null }> {
  await thisDevice()
  return db.transaction('r', db.meta, db.people, placeHere)
}

/** The same inside a transaction over `db.meta` and `db.people`, on a tablet where somebody signed in before. */
export async function placeHere(): Promise<{ device_id: string; store_id: string; user_id: string | null }> {
  const [device, active] = await db.meta.bulkGet(['device', 'active'])
  const person = active?.value ? await db.people.get(active.value as string) : undefined
  return { device_id: (device?.value as Device | undefined)?.id ?? '', store_id: person?.store.id ?? '', user_id: person?.user_id ?? null }
}

/**
 * Becomes a new device, because another tablet has used this one's numbers (a restored or cloned tablet). What was not
 * answered is numbered anew from 1 with the same command ids; everyone signs in again under the new id.
 */
export async function enrolAfresh(from: string): Promise<void> {
  const device = await newDevice()
  forgetAhead()
  await db.transaction('rw', [...db.written, db.people], async () => {
    if ((await db.read<Device>('device'))?.id !== from) return
    const queue = await db.queue.orderBy('seq').toArray()
    await db.queue.clear()
    await db.queue.bulkAdd(queue.map((command, at) => ({ ...command, seq: at + 1, outcome: null })))
    const count = await counters(db)
    await db.remember('counters', { ...count, next_seq: queue.length + 1, done_through: 0 })
    await db.remember('device', device)
    await db.people.toCollection().modify((person: Person) => {
      person.token = null
      person.expires_at = null
    })
  })
}

/**
 * Puts answered commands from `seq` on back into the queue: the server no longer has them (it was restored from a
 * backup).
 */
export async function resend(store: LocalDb, deviceId: string, seq: number): Promise<'resent' | 'too_old'> {
  const lost = await store.done.where('[device_id+seq]').between([deviceId, seq], [deviceId, Infinity]).sortBy('seq')
  const waiting = await store.queue.where('seq').aboveOrEqual(seq).sortBy('seq')
  const first = lost[0]?.seq ?? waiting[0]?.seq ?? seq
  if (first > seq) return 'too_old'
  const again = lost.map(({ device_id: _device, done_at: _at, ...command }) => ({
    ...command, tried: 1 as const, held_until: 0, outcome: null,
  }))
  await store.done.bulkDelete(again.map((command) => command.id))
  await store.queue.bulkPut([...again, ...waiting.map((command) => ({ ...command, outcome: null }))])
  const count = await counters(store)
  await store.remember('counters', { ...count, done_through: Math.min(count.done_through, seq - 1) })
  return 'resent'
}
