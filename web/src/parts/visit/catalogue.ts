/** The catalogue of labour and parts by code. */
import { computed, type ComputedRef } from 'vue'
import { db, watch, type CatalogItem } from '../../sync'

/** All catalogue items by code; empty until the tablet's store has answered. */
export function useCatalogue(): ComputedRef<ReadonlyMap<string, CatalogItem>> {
  const rows = watch(() => db.catalog_items.toArray())
  return computed(() => new Map((rows.value ?? []).map((item) => [item.code, item])))
}
