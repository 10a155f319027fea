/**
 * The unsent work of a tablet that the store no longer trusts: out into an encrypted file, away from the tablet, and in
 * again on another one, where each command goes out under a new number with its own id and author.
 */

import type { CommandName } from '../gen/wire'
import { announce, tell } from './changes'
import { db } from './db'
import { counters, placeOf } from './device'
import { rebase } from './rebase'
import { seal, unseal, Unreadable } from './sealed'
import { session } from './session'
import type { Blob_, Queued, User } from './types'
import { forgetWorker } from './update'

/** A photo in the file; its bytes follow the JSON, in the order of this list. */
interface Enclosed {
  sha256: string
  type: string
  bytes: number
}

interface Contents {
  format: 1
  commands: Queued[]
  photos: Enclosed[]
}

/** How much there is: commands that have no outcome, photos whose bytes the server does not have. */
export interface Amount {
  commands: number
  photos: number
}

/** What nobody but this tablet has, by who did it; `user` is null for somebody it does not know by name. */
export interface UnsentOf {
  user: User | null
  commands: { id: string; name: CommandName; issued_at: string }[]
}

/** The unanswered commands, each author's in the order in which they were made. */
export async function unsentByAuthor(): Promise<UnsentOf[]> {
  const waiting = await db.queue.orderBy('seq').filter((command) => command.outcome === null).toArray()
  const people = new Map((await db.people.toArray()).map((person) => [person.user_id, person.user]))
  const authors = [...new Set(waiting.map((command) => command.user))]
  return authors.map((author) => ({
    user: people.get(author ?? '') ?? null,
    commands: waiting.filter((command) => command.user === author),
  }))
}

/** At least 16 letters or 6 Chinese characters: a file may be guessed at for years. */
export function isLongEnough(passphrase: string): boolean {
  return new TextEncoder().encode(passphrase.normalize('NFC')).length >= 16
}

/**
 * The file with everything unsent. Only for a person who knows a password of this tablet; raises Refused
 * `bad_credentials`, RangeError for a passphrase that is too short.
 */
export async function packUnsent(by: { userId: string; password: string }, passphrase: string): Promise<Blob> {
  if (!isLongEnough(passphrase)) throw new RangeError('passphrase_too_short')
  await session.vouch(by.userId, by.password)
  const photos = await db.blobs.where('state').equals('to_send').toArray()
  const contents: Contents = {
    format: 1,
    commands: await db.queue.orderBy('seq').toArray(),
    photos: photos.map(({ sha256, type, data }) => ({ sha256, type, bytes: data.byteLength })),
  }
  const text = new TextEncoder().encode(JSON.stringify(contents))
  const size = new DataView(new ArrayBuffer(4))
  size.setUint32(0, text.length)
  const plain = new Blob([size, text, ...photos.map(({ data }) => data)])
  return seal(new Uint8Array(await plain.arrayBuffer()), passphrase)
}

/**
 * Takes the work of such a file over: what this tablet already has is left out, so a file may be taken in twice.
 * Gives how much was new; raises Unreadable.
 */
export async function takeIn(file: ArrayBuffer, passphrase: string): Promise<Amount> {
  const { contents, blobs } = unpack(await unseal(file, passphrase))
  const place = await placeOf()
  const taken = await db.transaction('rw', [...db.written, db.blobs], async () => {
    const ids = contents.commands.map((command) => command.id)
    const here = new Set([
      ...(await db.queue.where('id').anyOf(ids).toArray()).map((command) => command.id),
      ...(await db.done.where('id').anyOf(ids).primaryKeys()),
    ])
    const fresh = contents.commands.filter((command) => !here.has(command.id))
    const count = await counters(db)
    await db.queue.bulkAdd(fresh.map((command, at) => ({ ...command, seq: count.next_seq + at, outcome: null })))
    await db.remember('counters', { ...count, next_seq: count.next_seq + fresh.length })
    const kept = new Set(await db.blobs.toCollection().primaryKeys())
    const missing = blobs.filter((blob) => !kept.has(blob.sha256))
    await db.blobs.bulkAdd(missing)
    await rebase(db, place)
    return { commands: fresh.length, photos: missing.length }
  })
  tell({ type: 'flush' })
  return taken
}

function unpack(plain: Uint8Array<ArrayBuffer>): { contents: Contents; blobs: Blob_[] } {
  const end = 4 + new DataView(plain.buffer).getUint32(0)
  const contents = JSON.parse(new TextDecoder().decode(plain.subarray(4, end))) as Contents
  if (contents.format !== 1) throw new Unreadable('no_rescue')
  let at = end
  const blobs = contents.photos.map(({ sha256, type, bytes }): Blob_ => {
    const data = plain.buffer.slice(at, (at += bytes))
    return { sha256, type, data, state: 'to_send', mine: 1, problem: null, stored_at: Date.now() }
  })
  return { contents, blobs }
}

/** Forgets everything: rows, queue, photos, people, the device key, forms half filled in, the app's own files. */
export async function wipe(): Promise<void> {
  await db.transaction('rw', db.tables, async () => {
    for (const table of db.tables) await table.clear()
    announce('all')
  })
  globalThis.localStorage?.clear()
  await forgetWorker()
  tell({ type: 'wiped' })
}
