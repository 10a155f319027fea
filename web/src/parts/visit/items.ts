/** The words for inspection items: rows name them by code only. */
import { computed, type ComputedRef } from 'vue'
import { db, watch, type InspectionItem } from '../../sync'
import { named, wordOf } from '../../i18n'

/** All items of the template by code, and a function that gives an item's name, or the code's own word. */
export function useItems(): {
  items: ComputedRef<readonly InspectionItem[] | undefined>
  nameOf: (code: string) => string
} {
  const rows = watch(() => db.inspection_items.orderBy('position').toArray())
  const byCode = computed(() => new Map((rows.value ?? []).map((item) => [item.code, item])))
  const nameOf = (code: string): string => {
    const item = byCode.value.get(code)
    return item ? named(item) : wordOf('check', code)
  }
  return { items: computed(() => rows.value), nameOf }
}
