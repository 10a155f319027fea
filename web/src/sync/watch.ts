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

/**
 * A query as a ref that follows the rows, and `deps` when given; ends with the component. Undefined until the first
 * answer.
 */
export function watch<T>(query: (db: ShownDb) => Promise<T>, deps?: () => unknown): ShallowRef<T | undefined> {
  const shown = shallowRef<T>()
  let stop: (() => void) | undefined
  const start = (): void => {
    stop?.()
    stop = follow(
      () => query(db),
      (value) => {
        shown.value = value
      },
    )
  }
  if (deps) vueWatch(deps, start, { immediate: true })
  else start()
  onScopeDispose(() => stop?.())
  return shown
}
