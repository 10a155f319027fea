/** What somebody is still typing, kept on this tablet until it is sent: after a crash the same form comes back. */
import { reactive, toRaw, watch } from 'vue'

const PREFIX = 'jieche.draft.'

/** A reactive form that is stored under `key` with every change; `done` forgets it and starts anew from `start`. */
export function useDraft<T extends object>(key: string, start: () => T): { form: T; done: () => void } {
  const stored = localStorage.getItem(PREFIX + key)
  const form = reactive({ ...start(), ...(stored ? (JSON.parse(stored) as Partial<T>) : {}) }) as T
  let pristine = JSON.stringify(toRaw(form))
  watch(
    form,
    () => {
      const now = JSON.stringify(toRaw(form))
      if (now !== pristine) localStorage.setItem(PREFIX + key, now)
    },
    { deep: true, flush: 'sync' },
  )
  const done = (): void => {
    Object.assign(form, start())
    pristine = JSON.stringify(toRaw(form))
    localStorage.removeItem(PREFIX + key)
  }
  return { form, done }
}
