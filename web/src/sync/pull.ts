/**
 * Brings the server's rows: pages are put aside as they come and shown together, with the outcomes that belong to
 * them.
 */

import type { Kind, Photo } from '../gen/wire'
import { announce } from './changes'
import { db, KINDS, type Staged } from './db'
import { counters, placeOf, resend, thisDevice } from './device'
import { textOf, Unreachable } from './door'
import { rebase } from './rebase'
import { authorised } from './session'
import { goOnAfresh } from './stopped'
import type { Base, Device, Outcome, Queued, Row } from './types'
import { whole } from './whole'

interface Page {
  cookie: string
  reset?: boolean
  more: boolean
  rows: Partial<Record<Kind, Row[]>>
  gone: Partial<Record<Kind, string[]>>
  applied_through?: number
  outcomes?: Outcome[]
}

/**
 * Pulls until nothing is left and shows it; gives false when another tab pulled at the same time and this answer was
 * dropped. Raises `Stopped` when another tablet turns out to use this one's numbers.
 */
export async function pullAll(): Promise<boolean> {
  const device = await thisDevice()
  const answered = await answeredThrough()
  let cookie = await position()
  for (;;) {
    const query = new URLSearchParams({ unsent: `${await unsent()}`, app: __APP_VERSION__, ...(cookie && { cookie }) })
    const answer = await authorised(`/sync/pull?${query}`, { asRole: true })
    const body = await textOf(answer)
    const page = pageOf(body)
    if (!page.more) {
      const landed = await land(page, cookie, device.id, answered, timeOf(answer))
      return landed === 'forked' ? goOnAfresh(device.id) : landed
    }
    if (!(await stage(page, body, cookie))) return false
    cookie = page.cookie
  }
}

/** The server's time of an answer (RFC 3339); null when it does not say. */
function timeOf(answer: Response): string | null {
  const told = Date.parse(answer.headers.get('Date') ?? '')
  return Number.isNaN(told) ? null : new Date(told).toISOString()
}

/** Commands and photos that the server has not got yet: the list of tablets shows how many. */
async function unsent(): Promise<number> {
  const waiting = await db.queue.filter((command) => command.outcome === null).count()
  return waiting + (await db.blobs.where('state').equals('to_send').count())
}

function pageOf(body: string): Page {
  try {
    return JSON.parse(body) as Page
  } catch (error) {
    throw new Unreachable(error)
  }
}

/** The highest seq that the server has answered: a later snapshot that stops below it has lost commands. */
async function answeredThrough(): Promise<number> {
  const queue = await db.queue.filter((command) => command.outcome !== null).toArray()
  return Math.max((await counters(db)).done_through, ...queue.map((command) => command.seq))
}

/** Where the next page starts: after what is staged, else after what is shown. */
async function position(): Promise<string | undefined> {
  return (await db.staged.orderBy('n').last())?.cookie ?? (await db.read<string>('cookie'))
}

/** Puts a page aside, durably: a first sync over poor Wi-Fi goes on where it broke off. */
async function stage(page: Page, body: string, asked: string | undefined): Promise<boolean> {
  return db.transaction('rw', db.staged, db.meta, async () => {
    if ((await position()) !== asked) return false
    if (page.reset) await db.staged.clear()
    await db.staged.add({ cookie: page.cookie, body })
    return true
  })
}

async function land(
  last: Page, asked: string | undefined, deviceId: string, answered: number, knownAt: string | null,
): Promise<boolean | 'forked'> {
  const staged = last.reset ? [] : await db.staged.orderBy('n').toArray()
  const pages = [...staged.map(({ body }: Staged) => JSON.parse(body) as Page), last]
  const place = await placeOf()
  return db.transaction('rw', [...db.written, db.staged, db.blobs], async () => {
    if ((await position()) !== asked || (await db.read<Device>('device'))?.id !== deviceId) return false
    // Without a cookie these are all rows there are: what else lies here is the copy that was to be replaced.
    const reset = pages[0]!.reset === true || (await db.read('cookie')) === undefined
    if (reset) await db.forgetRows()
    await putRows(pages)
    await settle(pages, last.applied_through ?? 0, deviceId)
    const behind = last.applied_through !== undefined && last.applied_through < answered
    if (behind) await resend(db, deviceId, last.applied_through! + 1)
    await rebase(db, place)
    await db.staged.clear()
    await db.remember('cookie', last.cookie)
    await db.remember('known_at', knownAt)
    await db.remember('filled', true)
    if (reset) announce('all')
    return (await hasStrangers(last.applied_through ?? 0)) ? 'forked' : true
  })
}

/** The newest word of the pages on each row; rows under a guess go to `base`, the others are shown as they are. */
async function putRows(pages: Page[]): Promise<void> {
  const base = new Map((await db.base.toArray()).map((entry) => [`${entry.kind}:${entry.id}`, entry]))
  for (const kind of KINDS) {
    const news = new Map<string, Row | null>()
    for (const { rows, gone } of pages) {
      for (const row of rows[kind] ?? []) news.set(row.id, whole(kind, row))
      for (const id of gone[kind] ?? []) news.set(id, null)
    }
    if (!news.size) continue
    const covered: Base[] = []
    const puts: Row[] = []
    const drops: string[] = []
    for (const [id, row] of news) {
      if (base.has(`${kind}:${id}`)) covered.push({ kind, id, row })
      else if (row) puts.push(row)
      else drops.push(id)
    }
    await db.base.bulkPut(covered)
    await db.rows(kind).bulkPut(puts)
    await db.rows(kind).bulkDelete(drops)
    announce([...news.keys()].map((id) => ({ kind, id })))
    if (kind === 'photos') await sendAgain([...news.values()] as (Photo | null)[])
  }
}

/** Photos that the server does not have although they were sent: it lost them, they go out once more. */
async function sendAgain(photos: (Photo | null)[]): Promise<void> {
  const missing = photos.flatMap((photo) => (photo && !photo.uploaded ? [photo.sha256] : []))
  const sent = db.blobs.where('sha256').anyOf(missing).and((blob) => blob.state === 'sent')
  await sent.modify({ state: 'to_send' })
}

/**
 * Lets go of commands whose own outcome is known and whose rows are in these pages: the outcome came with the pages,
 * or had come with a push that these pages' snapshot already contains.
 */
async function settle(pages: Page[], appliedThrough: number, deviceId: string): Promise<void> {
  const brought = new Map(pages.flatMap((page) => page.outcomes ?? []).map((outcome) => [outcome.id, outcome]))
  const queue = await db.queue.orderBy('seq').toArray()
  const settled = queue
    .map((command) => ({ ...command, outcome: brought.get(command.id) ?? command.outcome }))
    .filter((command) => command.outcome && (brought.has(command.id) || command.seq <= appliedThrough))
  if (!settled.length) return
  await db.queue.bulkDelete(settled.map((command) => command.seq))
  await db.done.bulkPut(settled.map((command) => asDone(command, deviceId)))
  const count = await counters(db)
  const through = Math.max(count.done_through, ...settled.map((command) => command.seq))
  await db.remember('counters', { ...count, done_through: through })
}

/** A number that the server has used, for a command that it has not answered: another tablet counts with our numbers. */
async function hasStrangers(appliedThrough: number): Promise<boolean> {
  const used = db.queue.where('seq').belowOrEqual(appliedThrough)
  return (await used.filter((command) => command.outcome === null).count()) > 0
}

function asDone({ tried: _tried, held_until: _held, outcome, ...sent }: Queued, device_id: string) {
  return { ...sent, outcome: outcome!, device_id, done_at: Date.now() }
}
