/**
 * The tablet's store. Each row kind has a table of rows as shown: the server's rows with the guesses of pending
 * commands on top. `base` keeps the server's version of just those rows that a guess covers, so that a first sync
 * writes each row once.
 */

import Dexie, { type Table } from 'dexie'
import type { Kind, Rows } from '../gen/wire'
import type { Base, Blob_, Done, Person, Queued } from './types'

const ROW_TABLES: Record<Kind, string> = {
  customers: 'id, name',
  vehicles: 'id, plate, vin, owner_id',
  visits: 'id, stage, vehicle_id, customer_id, technician_id, opened_at',
  damages: 'id, visit_id',
  findings: 'id, visit_id',
  estimate_lines: 'id, visit_id',
  progress: 'id, visit_id',
  photos: 'id, visit_id, sha256, subject_id',
  signatures: 'id, visit_id',
  amendments: 'id, visit_id',
  appointments: 'id, at, status, vehicle_id, customer_id',
  messages: 'id, visit_id, customer_id',
  complaints: 'id, state, customer_id, visit_id, owner_id',
  reviews: 'id, state, visit_id',
  merge_proposals: 'id, state, keep_id, merge_id',
  catalog_items: 'id, code, kind',
  inspection_items: 'id, code, group, position',
  staff: 'id, role',
  aliases: 'id, canonical_id',
}

/** The kinds of rows, in the order of the tables. */
export const KINDS = Object.keys(ROW_TABLES) as Kind[]

/** A page of a pull that is not complete yet: its text as it came. */
export interface Staged {
  n?: number
  cookie: string
  body: string
}

/** The tables that screens query: rows as on the wire. */
export type ShownDb = { readonly [K in Kind]: Table<Rows[K], string> }

/** Everything the tablet keeps. */
export class LocalDb extends Dexie implements ShownDb {
  declare readonly customers: ShownDb['customers']
  declare readonly vehicles: ShownDb['vehicles']
  declare readonly visits: ShownDb['visits']
  declare readonly damages: ShownDb['damages']
  declare readonly findings: ShownDb['findings']
  declare readonly estimate_lines: ShownDb['estimate_lines']
  declare readonly progress: ShownDb['progress']
  declare readonly photos: ShownDb['photos']
  declare readonly signatures: ShownDb['signatures']
  declare readonly amendments: ShownDb['amendments']
  declare readonly appointments: ShownDb['appointments']
  declare readonly messages: ShownDb['messages']
  declare readonly complaints: ShownDb['complaints']
  declare readonly reviews: ShownDb['reviews']
  declare readonly merge_proposals: ShownDb['merge_proposals']
  declare readonly catalog_items: ShownDb['catalog_items']
  declare readonly inspection_items: ShownDb['inspection_items']
  declare readonly staff: ShownDb['staff']
  declare readonly aliases: ShownDb['aliases']
  declare readonly base: Table<Base, [Kind, string]>
  declare readonly queue: Table<Queued, number>
  declare readonly done: Table<Done, string>
  declare readonly blobs: Table<Blob_, string>
  declare readonly people: Table<Person, string>
  declare readonly staged: Table<Staged, number>
  declare readonly meta: Table<{ key: string; value: unknown }, string>

  constructor(name = 'jieche') {
    super(name, { chromeTransactionDurability: 'strict' })
    this.version(1).stores({
      ...ROW_TABLES,
      base: '[kind+id]',
      queue: 'seq, &id, *touches',
      done: 'id, [device_id+seq], *touches, outcome.outcome, done_at',
      blobs: 'sha256, state, stored_at',
      people: 'user_id',
      staged: '++n',
      meta: 'key',
    })
  }

  /** The table of a kind, for code that works on any kind. */
  rows(kind: Kind): Table<{ id: string; rev: number }, string> {
    return this.table(kind)
  }

  /** All tables that a command or a pull may change together. */
  get written(): Table[] {
    return [...KINDS.map((kind) => this.table(kind)), this.base, this.queue, this.done, this.meta]
  }

  /** Forgets all rows and guesses, never a queued command. Runs in the caller's transaction. */
  async forgetRows(): Promise<void> {
    for (const kind of KINDS) await this.rows(kind).clear()
    await this.base.clear()
  }

  async read<T>(key: string): Promise<T | undefined> {
    return (await this.meta.get(key))?.value as T | undefined
  }

  async remember(key: string, value: unknown): Promise<void> {
    await this.meta.put({ key, value })
  }
}

export const db = new LocalDb()
