/**
 * Keeps the tablet and the server together: push, then pull, whenever there is a reason; waits longer after each
 * failure.
 */

import { hear, tell, type Contact } from './changes'
import { clockAhead } from './clock'
import { checkCopy, fetchAnew } from './checksum'
import { db } from './db'
import { Refused, Unreachable } from './door'
import { lead } from './leader'
import { listen } from './live'
import { pullAll } from './pull'
import { pushAll } from './push'
import { forgetOldBytes } from './room'
import { dismissLeavers } from './session'
import { applyContact, contact } from './status'
import { isLoss, reopen } from './steady'
import { Stopped } from './stopped'

const EVERY_MS = 30_000
const HEARTBEAT_MS = 5000
const LONGEST_PAUSE_MS = 30_000
const CHECK_EVERY_MS = 24 * 3600_000
const KEEP_DONE_MS = 30 * 24 * 3600_000

/** One kind of work that runs once at a time; a wish that comes meanwhile is served right after. */
class Lane {
  private running: Promise<void> | null = null
  private again = false
  private failures = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private notBefore = 0

  constructor(private readonly round: () => Promise<number | null>) {}

  /** Runs now; after a failure that time alone can mend, not before its pause is over. */
  wake(): Promise<void> {
    this.again = true
    if (performance.now() < this.notBefore) return Promise.resolve()
    this.running ??= this.rounds().finally(() => {
      this.running = null
    })
    return this.running
  }

  /** Wishes wait until the pause is over. */
  rest(ms: number): void {
    this.notBefore = performance.now() + ms
  }

  private async rounds(): Promise<void> {
    while (this.again) {
      this.again = false
      clearTimeout(this.timer)
      try {
        const next = await this.round()
        this.failures = 0
        if (next !== null) this.timer = setTimeout(() => void this.wake(), next)
      } catch {
        this.failures += 1
        const pause = Math.min(1000 * 2 ** (this.failures - 1), LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2)
        this.timer = setTimeout(() => void this.wake(), pause)
        return
      }
    }
  }
}

let flush = false
const photos = new Lane(async () => {
  const { uploadAll } = await import('./upload')
  await uploadAll()
  return null
})
const sync = new Lane(async () => {
  // A round that was put off must not run in a tab that another one has replaced.
  if (!leads) return null
  show({ syncing: true })
  const all = flush
  flush = false
  try {
    const next = await pushAndPull(all)
    await dismissLeavers()
    void import('./access').then(({ rotateOld }) => rotateOld()).catch(() => undefined)
    show({ syncing: false, lastContact: Date.now(), offlineSince: null, clockAhead: clockAhead(), problem: null })
    void photos.wake()
    void checkNow()
    return next
  } catch (error) {
    flush ||= all
    show({ syncing: false, ...meaning(error) })
    throw error
  }
})

/** A queue that waits for a person does not keep the news away. */
async function pushAndPull(all: boolean): Promise<number | null> {
  const sent = await pushAll(all).catch((error: unknown) => {
    if (error instanceof Stopped && error.problem.code !== 'forked_device') return error
    throw error
  })
  await pullAll()
  if (sent instanceof Stopped) throw sent
  return sent
}

/** Starts sync in this tab: it leads or follows, and asks for sync when people come back to it. */
export function startEngine(): void {
  lead(work)
  addEventListener('online', () => tell({ type: 'poke' }))
  hear((message) => {
    if (message.type === 'wiped') location.replace('/login')
  })
  document.addEventListener('visibilitychange', () => {
    tell({ type: document.visibilityState === 'hidden' ? 'flush' : 'poke' })
  })
  tell({ type: 'poke' })
}

/** Sends and fetches now, held commands too. In a tab that does not lead it only asks the leader. */
export async function syncNow(): Promise<void> {
  tell({ type: 'flush' })
  if (leads) await sync.wake()
}

let leads = false

async function work(lost: AbortSignal): Promise<void> {
  leads = true
  const stop = hear((message) => {
    if (message.type === 'flush') flush = true
    if (message.type === 'flush' || message.type === 'poke') void sync.wake()
  })
  const timer = setInterval(() => void sync.wake(), EVERY_MS)
  const heart = setInterval(() => show({}), HEARTBEAT_MS)
  void sync.wake()
  void forgetOld()
  try {
    await listen(() => void sync.wake(), lost)
  } finally {
    leads = false
    stop()
    clearInterval(timer)
    clearInterval(heart)
  }
}

function show(news: Partial<Contact>): void {
  applyContact(news)
  tell({ type: 'alive', contact: { ...contact } })
}

/** What a failure means for people: what time will mend is "no contact since"; a problem is what a person must mend. */
function meaning(error: unknown): Partial<Contact> {
  const alive = { lastContact: Date.now(), offlineSince: null, problem: null }
  const away = { offlineSince: contact.offlineSince ?? Date.now(), problem: null }
  if (error instanceof Unreachable) return away
  if (error instanceof Stopped) {
    if (error.retry) sync.rest(2000)
    return { ...alive, problem: error.retry ? null : error.problem }
  }
  if (error instanceof Refused) {
    if (error.retryAfterMs) sync.rest(Math.min(error.retryAfterMs, LONGEST_PAUSE_MS))
    const later = error.status >= 500 || error.status === 429
    if (later && error.code !== 'server_older') return away
    // Signing in again is what the session asks for; see `session.state.expired`.
    return error.status === 401 ? alive : { ...alive, problem: { code: error.code, facts: error.facts } }
  }
  if (isLoss(error)) reopen()
  return { problem: { code: 'local_trouble', facts: { message: String(error) } } }
}

/** Once a day: a copy that differs from the server's is fetched anew, while people go on working with the old one. */
async function checkNow(): Promise<void> {
  const checked = (await db.read<number>('checked_at')) ?? 0
  if (Math.abs(Date.now() - checked) < CHECK_EVERY_MS) return
  const copy = await checkCopy().catch(() => 'behind')
  if (copy === 'behind') return
  await db.remember('checked_at', Date.now())
  await forgetOld()
  if (copy === 'damaged') await rebuild()
}

/** Fetches all rows anew and replaces the local copy with them; queued commands and photos stay. */
export async function rebuild(): Promise<void> {
  await fetchAnew()
  await syncNow()
}

/** Answered commands and photo bytes are kept for 30 days, for a server that was restored from a backup. */
async function forgetOld(): Promise<void> {
  const before = Date.now() - KEEP_DONE_MS
  await db.done.where('done_at').below(before).delete()
  await forgetOldBytes(before)
}
