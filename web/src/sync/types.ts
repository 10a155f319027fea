/** What the tablet itself remembers, beside the server's rows. */

import type { Cause, CommandFields, CommandName, Kind, Rows } from '../gen/wire'

export type Row = Rows[Kind]

export type OutcomeWord = 'applied' | 'merged' | 'kept' | 'rejected' | 'blocked'

/** What the server said about a command, for ever. `review` is the id of its review row. */
export interface Outcome {
  seq: number | null
  id: string
  outcome: OutcomeWord
  reason: Cause | null
  merged: MergedField[]
  review: string | null
}

export interface MergedField {
  field: string
  from: unknown
  yours: unknown
  theirs: unknown
  result: unknown
}

/** A command as it travels to `/sync/push`. */
export interface Sent<N extends CommandName = CommandName> {
  seq: number
  id: string
  name: N
  issued_at: string
  user: string | null
  lane: string
  fields: CommandFields[N]
}

/**
 * A command in the queue. It leaves only when an outcome with its own id and the rows that it caused are both here.
 * `touches` are the ids of the rows that its guess changed; `tried` says that it may have reached the server.
 */
export interface Queued extends Sent {
  touches: string[]
  tried: 0 | 1
  held_until: number
  outcome: Outcome | null
}

/** A command that was answered, kept for 30 days in case the server is restored from a backup. */
export interface Done extends Sent {
  device_id: string
  touches: string[]
  outcome: Outcome
  done_at: number
}

/** The server's own version of a row that guesses cover; `row` is null where the server has none. */
export interface Base {
  kind: Kind
  id: string
  row: Row | null
}

/** Bytes of a photo; `state`: to send, sent, or refused by the server for good. `mine` when taken on this tablet. */
export interface Blob_ {
  sha256: string
  type: string
  data: ArrayBuffer
  state: 'to_send' | 'sent' | 'refused'
  mine: 0 | 1
  problem: string | null
  stored_at: number
}

/** This tablet. The private key cannot be exported. */
export interface Device {
  id: string
  name: string
  keys: CryptoKeyPair
}

/**
 * What this tablet counts: seqs start at 1 for each device id; `done_through` is the highest seq that left the queue.
 */
export interface Counters {
  next_seq: number
  next_local_number: number
  done_through: number
}

export interface User {
  id: string
  username: string
  name: string
  role: string
}

export interface Store {
  id: string
  name: string
  [field: string]: unknown
}

/** A person who signed in on this tablet; the verifier lets them in again without a network. */
export interface Person {
  user_id: string
  user: User
  store: Store
  /** The device id under which the person signed in last; a fork asks everyone to sign in again. */
  device_id: string
  token: string | null
  expires_at: string | null
  /** When the token was given; after a week it is changed for a fresh one. */
  fresh_at?: number
  verifier: Verifier
  seen_at: number
  /** Signed out, but the token still sends what is left. */
  leaving: boolean
  /** The short way past the lock screen; null where the person has none. */
  pin?: Pin | null
  /** Said "later" when a PIN was offered. */
  pin_declined?: boolean
}

/** A PIN of this tablet; it never leaves it. `wrong` counts the tries since the last right one, over all starts. */
export interface Pin {
  verifier: Verifier
  digits: number
  wrong: number
}

/** PBKDF2-SHA-256 of the password (OWASP 2023: 600,000 rounds). */
export interface Verifier {
  salt: Uint8Array<ArrayBuffer>
  rounds: number
  hash: Uint8Array<ArrayBuffer>
}

/** How a row's newest pending or unsettled command stands. */
export type PendingState = 'pending' | 'sending' | 'kept' | 'rejected' | 'merged' | 'blocked'

/** Something that needs a person before sync can go on. */
export interface Problem {
  code: string
  facts?: Record<string, unknown>
}
