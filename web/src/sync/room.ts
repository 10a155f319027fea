/** When the tablet's storage is full: what can be fetched again gives way to what only this tablet has. */

import { db } from './db'

/** Whether an error says that the browser gives us no more room. */
export function isFull(error: unknown): boolean {
  const { name = '', inner } = (error ?? {}) as { name?: string; inner?: { name?: string } }
  return name === 'QuotaExceededError' || inner?.name === 'QuotaExceededError'
}

/** Forgets bytes stored before a moment, but never one that still has to go out. */
export async function forgetOldBytes(before: number): Promise<void> {
  const old = await db.blobs.where('stored_at').below(before).primaryKeys()
  const sent = new Set(await db.blobs.where('state').equals('sent').primaryKeys())
  await db.blobs.bulkDelete(old.filter((sha256) => sent.has(sha256)))
}
