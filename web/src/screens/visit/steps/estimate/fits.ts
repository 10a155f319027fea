/** Parts that come in variants: which one fits this car is never guessed, only remembered. */
import { computed, type ComputedRef } from 'vue'
import { db, watch, type CatalogItem } from '../../../../sync'
import { useView } from '../../../../parts/visit/view'

/** A kind of part under its short code (`BP`), all its variants (`BP-001` …), and the one for this car if it is known. */
export interface Family {
  code: string
  name: string
  variants: readonly CatalogItem[]
  fitting: CatalogItem | undefined
}

/** Catalogue codes by the short code of their family. */
export type Fits = ReadonlyMap<string, string>

/** The family behind a short code; undefined for what the catalogue does not have. A single variant fits every car. */
export function familyOf(code: string, catalogue: ReadonlyMap<string, CatalogItem>, fits: Fits): Family | undefined {
  const variants = [...catalogue.values()].filter((item) => item.code.startsWith(`${code}-`))
  if (!variants.length) return undefined
  const fitting = variants.length === 1 ? variants[0] : catalogue.get(fits.get(code) ?? '')
  return { code, name: shared(variants.map((item) => item.name)), variants, fitting }
}

/** What the names of some variants have in common at their beginning. */
export function shared(names: readonly string[]): string {
  const [first = '', ...others] = names
  let length = first.length
  for (const name of others) while (!name.startsWith(first.slice(0, length))) length -= 1
  return first.slice(0, length).trim()
}

const shortOf = (code: string): string => code.slice(0, code.lastIndexOf('-'))

/**
 * What fits the car on the screen: what its own lines had, before what somebody chose for its model on this tablet; and
 * the way to choose.
 */
export function useFits(): { fits: ComputedRef<Fits>; choose: (item: CatalogItem) => Promise<void> } {
  const view = useView()
  const key = computed(() => `fits.${view.value.vehicle?.make} ${view.value.vehicle?.model}`)
  const chosen = watch(() => db.read<Record<string, string>>(key.value), () => key.value)
  const own = watch(
    async () => {
      const visits = await db.visits.where('vehicle_id').equals(view.value.visit.vehicle_id).primaryKeys()
      return db.estimate_lines.where('visit_id').anyOf(visits).filter((line) => line.kind === 'part' && line.code !== null).toArray()
    },
    () => view.value.visit.vehicle_id,
  )
  const fits = computed(() => {
    const used = (own.value ?? []).map((line) => [shortOf(line.code ?? ''), line.code ?? ''] as const)
    return new Map([...used, ...Object.entries(chosen.value ?? {})])
  })
  const choose = (item: CatalogItem): Promise<void> =>
    db.remember(key.value, { ...chosen.value, [shortOf(item.code)]: item.code })
  return { fits, choose }
}
