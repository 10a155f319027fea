/** Searches that keep themselves up to date, without the store between a key and its hits. */

import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import { hear } from './changes'
import { steady } from './steady'

/**
 * What a search over `find` gives, as a ref that follows `deps` and the searched rows; ends with the component.
 * Undefined until the first answer.
 */
export function watchHits<T>(search: () => Promise<T>, deps: () => unknown): ShallowRef<T | undefined> {
  const shown = shallowRef<T>()
  let asked = 0
  const ask = async (): Promise<void> => {
    const mine = ++asked
    const hits = await steady(search)
    if (mine === asked) shown.value = hits
  }
  watch(deps, ask, { immediate: true })
  const stop = hear((message) => {
    if (message.type === 'rows') void ask()
  })
  onScopeDispose(() => {
    asked++
    stop()
  })
  return shown
}
