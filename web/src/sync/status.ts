/** How safe the work is: what waits to be sent, since when there is no network, what needs a person. */

import { reactive, readonly } from 'vue'
import { hear, type Contact } from './changes'
import { db } from './db'
import type { PendingState, Problem } from './types'
import { follow } from './watch'

export interface Status {
  /** Commands that the server has not answered yet. */
  unsent: number
  /** When the oldest of them was made (RFC 3339); null when there is none. */
  oldestUnsent: string | null
  photosToSend: number
  /** When the server was first out of reach, in ms; null while it answers. */
  offlineSince: number | null
  lastContact: number | null
  /** How far this tablet's clock runs ahead of the server's, in ms. */
  clockAhead: number
  /** Open reviews of the store; what waits for another one counts with that one. */
  reviewsOpen: number
  /** Open reviews of the person who works here. */
  reviewsMine: number
  syncing: boolean
  /**
   * Sync waits for a person: `app_too_old`, `device_revoked`, `forked_device`, `author_must_sign_in`, `local_trouble`
   * …
   */
  problem: Problem | null
  /** Whether the first sync is through, so that an empty list means that there is nothing. */
  filled: boolean
}

const state = reactive<Status>({
  unsent: 0, oldestUnsent: null, photosToSend: 0, offlineSince: null, lastContact: null, clockAhead: 0, reviewsOpen: 0,
  reviewsMine: 0, syncing: false,  problem: null, filled: false,
})

export const status: Readonly<Status> = readonly(state) as Readonly<Status>

/** The leader's contact with the server, as it and all tabs know it. */
export const contact: Contact = { syncing: false, lastContact: null, offlineSince: null, clockAhead: 0, problem: null }

/** Takes news of the contact; the time since when there is no network outlives the page. */
export function applyContact(news: Partial<Contact>): void {
  const before = contact.offlineSince
  Object.assign(contact, news)
  Object.assign(state, contact)
  if (before !== contact.offlineSince) void db.remember('offline_since', contact.offlineSince)
}

/** Out of reach nothing is under way, whatever was tried. */
export const standsNow = (stands: PendingState): PendingState => (stands === 'sending' && state.offlineSince ? 'pending' : stands)

/** Follows the store and the leader. */
export async function followStatus(): Promise<void> {
  const since = await db.read<number | null>('offline_since')
  if (since && contact.offlineSince === null && contact.lastContact === null) applyContact({ offlineSince: since })
  hear((message) => {
    if (message.type === 'alive') Object.assign(state, Object.assign(contact, message.contact))
  })
  follow(counts, (fresh) => void Object.assign(state, fresh))
}

async function counts(): Promise<Partial<Status>> {
  const active = await db.read<string | null>('active')
  const waiting = db.queue.orderBy('seq').filter((command) => command.outcome === null)
  const every = await db.reviews.where('state').equals('open').toArray()
  const ids = new Set(every.map((review) => review.id))
  const open = every.filter((review) => !review.cause_id || !ids.has(review.cause_id))
  return {
    unsent: await waiting.count(),
    oldestUnsent: (await waiting.first())?.issued_at ?? null,
    photosToSend: await db.blobs.where('state').equals('to_send').count(),
    reviewsOpen: open.length,
    reviewsMine: open.filter((review) => review.command.user_id === active).length,
    filled: (await db.read<boolean>('filled')) ?? false,
  }
}
