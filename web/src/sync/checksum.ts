/**
 * Whether the local copy is whole: the server's sums over `id:rev` against our own (sync protocol, `/sync/checksum`).
 */

import type { Kind } from '../gen/wire'
import { db, KINDS } from './db'
import { jsonOf, Refused } from './door'
import { authorised } from './session'

type Sums = Partial<Record<Kind, { count: number; sum: string }>>

/** `behind`: something changed meanwhile, ask again after the next pull. Raises Unreachable. */
export async function checkCopy(): Promise<'whole' | 'damaged' | 'behind'> {
  const cookie = await db.read<string>('cookie')
  if (!cookie) return 'behind'
  try {
    const theirs = await jsonOf<Sums>(await authorised(`/sync/checksum?cookie=${encodeURIComponent(cookie)}`, { asRole: true }))
    const ours = await sums()
    if ((await db.read<string>('cookie')) !== cookie) return 'behind'
    return KINDS.every((kind) => same(ours[kind], theirs[kind])) ? 'whole' : 'damaged'
  } catch (error) {
    if (error instanceof Refused && error.code === 'behind') return 'behind'
    throw error
  }
}

/** Forgets how far this copy has come: the next pull brings everything and replaces it in one go. The queue stays. */
export async function fetchAnew(): Promise<void> {
  await db.transaction('rw', db.meta, db.staged, async () => {
    await db.staged.clear()
    await db.meta.delete('cookie')
  })
}

function same(ours: Sums[Kind], theirs: Sums[Kind]): boolean {
  const [a, b] = [ours?.count ?? 0, theirs?.count ?? 0]
  return a === b && (a === 0 || ours?.sum === theirs?.sum)
}

/**
 * Per kind the count of the server's rows and, in hex, the sum modulo 2^64 of the first 8 bytes of each
 * SHA-256("id:rev").
 */
async function sums(): Promise<Sums> {
  const found: Sums = {}
  for (const [kind, ids] of await served()) {
    const parts = await Promise.all(ids.map(eightBytes))
    const sum = parts.reduce((total, part) => BigInt.asUintN(64, total + part), 0n)
    found[kind] = { count: ids.length, sum: sum.toString(16).padStart(16, '0') }
  }
  return found
}

/** `id:rev` of the server's rows: those shown, with the ones under a guess as the server knows them. */
async function served(): Promise<[Kind, string[]][]> {
  return db.transaction('r', db.written, async () => {
    const covered = new Map((await db.base.toArray()).map((entry) => [`${entry.kind}:${entry.id}`, entry]))
    const all: [Kind, string[]][] = []
    for (const kind of KINDS) {
      const shown = (await db.rows(kind).toArray()).filter((row) => !covered.has(`${kind}:${row.id}`))
      const under = [...covered.values()].flatMap((entry) => (entry.kind === kind && entry.row ? [entry.row] : []))
      all.push([kind, [...shown, ...under].map(({ id, rev }) => `${id}:${rev}`)])
    }
    return all
  })
}

async function eightBytes(text: string): Promise<bigint> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return new DataView(digest).getBigUint64(0)
}
