/** Queries over the shown rows that keep themselves up to date. */

import { liveQuery } from 'dexie'
import { onScopeDispose, shallowRef, watch as vueWatch, type ShallowRef } from 'vue'
import { db, type ShownDb } from './db'
import { isLoss, reopen } from './steady'

const AGAIN_MS = 1000

/** Calls `next` with what the query gives, now and after each change, also over a new connection. Gives the way to stop. */
export function follow<T>(query: () => Promise<T>, next: (value: T) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const start = () =>
    liveQuery(query).subscribe({
      next,
      error: (error) => {
        if (!isLoss(error)) return console.error(error)
        reopen()
        timer = setTimeout(() => (subscription = start()), AGAIN_MS)
      },
    })
  let subscription = start()
  return () => {
    clearTimeout(timer)
    subscription.unsubscribe()
  }
}

/** How many queries of the screens have not been answered for the first time. */
let unanswered = 0
let answered: () => void
const DRAWN_MS = 32
const LONGEST_MS = 1000
const firstLook = new Promise<void>((resolve) => (answered = resolve))

/**
 * Kept when the first screen shows what it asked for, or after a second: work that nobody waits for begins behind it,
 * because on a slow tablet it would take from it.
 */
export function shown(): Promise<void> {
  setTimeout(answered, LONGEST_MS)
  return firstLook
}

/** Counts a query until its first answer; gives the way to say that it came, or that nobody waits any more. */
function expect(): () => void {
  unanswered += 1
  return () => {
    unanswered -= 1
    if (!unanswered) setTimeout(() => unanswered || answered(), DRAWN_MS)
  }
}

/**
 * A query as a ref that follows the rows, and `deps` when given; ends with the component. Undefined until the first
 * answer. It is not asked before `behind`, if given, has a value.
 */
export function watch<T>(
  query: (db: ShownDb) => Promise<T>,
  deps?: () => unknown,
  behind?: Readonly<ShallowRef<unknown>>,
): ShallowRef<T | undefined> {
  const given = shallowRef<T>()
  let stop: (() => void) | undefined
  let arrived: (() => void) | undefined
  const end = (): void => {
    stop?.()
    arrived?.()
    arrived = undefined
  }
  const start = (): void => {
    end()
    if (behind && behind.value === undefined) return
    arrived = expect()
    stop = follow(
      () => query(db),
      (value) => {
        given.value = value
        arrived?.()
        arrived = undefined
      },
    )
  }
  if (deps || behind) vueWatch([() => behind?.value === undefined, () => deps?.()], start, { immediate: true })
  else start()
  onScopeDispose(end)
  return given
}
