/** Queries over the shown rows that keep themselves up to date. */

import { liveQuery, type Subscription } from 'dexie'
import { onScopeDispose, shallowRef, watch as vueWatch, type ShallowRef } from 'vue'
import { db, type ShownDb } from './db'

/**
 * A query as a ref that follows the rows, and `deps` when given; ends with the component. Undefined until the first
 * answer.
 */
export function watch<T>(query: (db: ShownDb) => Promise<T>, deps?: () => unknown): ShallowRef<T | undefined> {
  const shown = shallowRef<T>()
  let subscription: Subscription | undefined
  const start = (): void => {
    subscription?.unsubscribe()
    subscription = liveQuery(() => query(db)).subscribe({
      next: (value) => {
        shown.value = value
      },
      error: (error) => console.error(error),
    })
  }
  if (deps) vueWatch(deps, start, { immediate: true })
  else start()
  onScopeDispose(() => subscription?.unsubscribe())
  return shown
}
