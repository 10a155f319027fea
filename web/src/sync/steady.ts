/**
 * IndexedDB may lose its connection while the page lives on: Safari's "Connection to Indexed Database server lost"
 * (UnknownError), a connection closed by the browser (InvalidStateError, AbortError). Dexie opens a new one only where
 * it was told of the loss; the data is whole either way.
 */

import { db } from './db'

const LOSSES = new Set(['UnknownError', 'InvalidStateError', 'AbortError', 'DatabaseClosedError'])

/** Whether an error speaks of the connection, not of the data or of a full disk. */
export function isLoss(error: unknown): boolean {
  const { name = '', inner } = (error ?? {}) as { name?: string; inner?: { name?: string } }
  return LOSSES.has(name) && inner?.name !== 'QuotaExceededError'
}

/** Lets the next question to the store open a new connection. */
export function reopen(): void {
  db.close({ disableAutoOpen: false })
}

/** Does some work on the store, once more over a new connection where the old one was lost; the work may run twice. */
export async function steady<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isLoss(error)) throw error
    reopen()
    return work()
  }
}
