/** What this tablet can say for itself when somebody signs: what it knew of the server, and what time it really was. */

import type { KnownState } from '../gen/wire'
import { serverAhead } from './clock'
import { db } from './db'

const TOLERATED_MS = 5 * 60_000
const DAY_MS = 24 * 60 * 60_000

/** What was known of the server about a visit: the newest pull, the visit's `rev` in it, and what still waited here. */
export function knownState(visitId: string): Promise<KnownState> {
  return db.transaction('r', [db.meta, db.base, db.visits, db.queue], async () => {
    const [cookie, knownAt, under, shown, unsent] = await Promise.all([
      db.read<string>('cookie'),
      db.read<string | null>('known_at'),
      db.base.get(['visits', visitId]),
      db.visits.get(visitId),
      db.queue.filter(({ outcome, lane }) => outcome === null && lane === `visit:${visitId}`).count(),
    ])
    const rev = under ? under.row?.rev : shown?.rev
    return { unsent, cookie: cookie ?? null, known_at: knownAt ?? null, visit_rev: rev || null }
  })
}

/** This moment; by the server's clock where it told how far this tablet's is off, and that is more than minutes. */
export function trueNow(): Date {
  const ahead = serverAhead() ?? 0
  return new Date(Date.now() - (Math.abs(ahead) > TOLERATED_MS ? ahead : 0))
}

/**
 * Whether this tablet's clock is days behind for sure, and no answer told how far: it shows a time from before the last
 * pull. One that is ahead cannot be told without a network.
 */
export async function clockIsBehind(): Promise<boolean> {
  const knownAt = await db.read<string | null>('known_at')
  return serverAhead() === null && Boolean(knownAt) && Date.now() < Date.parse(knownAt!) - DAY_MS
}
