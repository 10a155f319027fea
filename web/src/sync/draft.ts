/** A draft of rows: guesses read and change it; nothing is stored until it is written as a whole. */

import type { Kind, Rows } from '../gen/wire'
import type { Row } from './types'

type Key = `${Kind}:${string}`

const key = (kind: Kind, id: string): Key => `${kind}:${id}`

/** One row of a draft: as it was loaded and as it is now; null where there is none. */
export interface DraftRow {
  kind: Kind
  id: string
  before: Row | null
  now: Row | null
}

/** Rows are never changed in place: a guess puts a new row. */
export class Draft {
  private readonly rows = new Map<Key, DraftRow>()
  private undo: Map<Key, Row | null> | null = null
  readonly changed = new Set<DraftRow>()

  /** Puts a row as it is stored; later loads of the same row are ignored. */
  load(kind: Kind, id: string, row: Row | null | undefined): void {
    if (!this.rows.has(key(kind, id))) this.rows.set(key(kind, id), { kind, id, before: row ?? null, now: row ?? null })
  }

  knows(kind: Kind, id: string): boolean {
    return this.rows.has(key(kind, id))
  }

  /** The row with this id, or with the id that it stands for (alias). */
  get<K extends Kind>(kind: K, id: string): Rows[K] | undefined {
    const found = this.rows.get(key(kind, id))?.now
    if (found) return found as Rows[K]
    const alias = this.rows.get(key('aliases', id))?.now as Rows['aliases'] | null | undefined
    return alias && alias.canonical_id !== id ? this.get(kind, alias.canonical_id) : undefined
  }

  /** All loaded rows of a kind. */
  all<K extends Kind>(kind: K): Rows[K][] {
    return [...this.rows.values()].filter((row) => row.kind === kind && row.now).map((row) => row.now as Rows[K])
  }

  put<K extends Kind>(kind: K, row: Rows[K]): void {
    this.set(kind, row.id, row)
  }

  drop(kind: Kind, id: string): void {
    this.set(kind, id, null)
  }

  /** Changes a row that is here; does nothing when it is not. */
  change<K extends Kind>(kind: K, id: string, edit: (row: Rows[K]) => Partial<Rows[K]> | undefined): void {
    const row = this.get(kind, id)
    const fields = row && edit(row)
    if (row && fields) this.set(kind, row.id, { ...row, ...fields })
  }

  /** Runs one command's guess; one that fails leaves no trace. Gives the ids of the rows that it changed. */
  run(guess: () => void): string[] {
    const undo = new Map<Key, Row | null>()
    this.undo = undo
    try {
      guess()
    } catch {
      for (const [at, row] of undo) this.rows.get(at)!.now = row
      undo.clear()
    } finally {
      this.undo = null
    }
    for (const at of undo.keys()) this.changed.add(this.rows.get(at)!)
    return [...new Set([...undo.keys()].map((at) => this.rows.get(at)!.id))]
  }

  private set(kind: Kind, id: string, row: Row | null): void {
    this.load(kind, id, null)
    const slot = this.rows.get(key(kind, id))!
    if (this.undo && !this.undo.has(key(kind, id))) this.undo.set(key(kind, id), slot.now)
    slot.now = row
  }
}
