/**
 * IndexedDB may lose its connection while the page lives on: Safari's "Connection to Indexed Database server lost"
 * (UnknownError), a connection closed by the browser (InvalidStateError, AbortError). Dexie opens a new one only where
 * it was told of the loss; the data is whole either way.
 */

import { db } from './db'
import { forgetOldBytes, isFull } from './room'

const LOSSES = new Set(['UnknownError', 'InvalidStateError', 'AbortError', 'DatabaseClosedError'])

/** Whether an error speaks of the connection, not of the data or of a full disk. */
export function isLoss(error: unknown): boolean {
  return LOSSES.has((error as { name?: string } | null)?.name ?? '') && !isFull(error)
}

/** Lets the next question to the store open a new connection. */
export function reopen(): void {
  db.close({ disableAutoOpen: false })
}

/**
 * Does some work on the store; once more over a new connection where the old one was lost, and once more after making
 * room where it was full. The work may run twice.
 */
export async function steady<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isFull(error)) await forgetOldBytes(Date.now())
    else if (isLoss(error)) reopen()
    else throw error
    return work()
  }
}
