/**
 * Tells this page and the tablet's other tabs what happened in the store: which customers, vehicles and visits
 * changed, what to do next.
 */

import Dexie from 'dexie'
import type { Kind } from '../gen/wire'

const SEARCHED = ['customers', 'vehicles', 'visits'] as const
/** Kinds of rows that the search keeps in memory. */
export type Searched = (typeof SEARCHED)[number]

export type Message =
  /** Some commands or photos wait: the leader sends them now. */
  | { type: 'poke' }
  /** Sends what is held back too. */
  | { type: 'flush' }
  /** Rows that the search keeps in memory; `ids` null = all of them may have changed. */
  | { type: 'rows'; kind: Searched; ids: string[] | null }
  /** Everything on this tablet was forgotten. */
  | { type: 'wiped' }
  /** How far the photo has come that the leader is sending; null = none is on its way. */
  | { type: 'upload'; upload: Upload | null }
  /** The leader lives, and how its contact with the server stands. */
  | { type: 'alive'; contact: Contact }

export interface Upload {
  sha256: string
  /** From 0 to 1. */
  part: number
}

export interface Contact {
  syncing: boolean
  lastContact: number | null
  offlineSince: number | null
  /** How far this tablet's clock runs ahead of the server's, in ms. */
  clockAhead: number
  problem: { code: string; facts?: Record<string, unknown> } | null
}

type Listener = (message: Message) => void

const listeners = new Set<Listener>()
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('jieche')
if (channel) channel.onmessage = ({ data }: MessageEvent<Message>) => listeners.forEach((listener) => listener(data))

/** Hears messages of this tab and of the others. Gives the way to stop. */
export function hear(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Tells this tab and all others. */
export function tell(message: Message): void {
  channel?.postMessage(message)
  listeners.forEach((listener) => listener(message))
}

/** Says, once the transaction is through, which searched rows it changed; `all` after a reset. */
export function announce(rows: { kind: Kind; id: string }[] | 'all'): void {
  const tells = SEARCHED.map((kind) => {
    const ids = rows === 'all' ? null : rows.filter((row) => row.kind === kind).map((row) => row.id)
    return { type: 'rows', kind, ids } as const
  }).filter(({ ids }) => ids === null || ids.length > 0)
  if (!tells.length) return
  Dexie.currentTransaction.on('complete', () => tells.forEach(tell))
}
