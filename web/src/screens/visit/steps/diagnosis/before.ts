/** What the last visits measured on this car: from their rows, or from what the car's last visit left behind. */
import { computed, type ComputedRef } from 'vue'
import { db, watch, type Grade } from '../../../../sync'
import { useView } from '../../../../parts/visit/view'

/** An item as it was graded before this visit. */
export interface Before {
  value: string | null
  unit: string | null
  grade: Grade
  at: string
}

/** The newest earlier result of each item, by its code. */
export function useBefore(): ComputedRef<ReadonlyMap<string, Before>> {
  const view = useView()
  const rows = watch(
    async () => {
      const { id, vehicle_id, opened_at } = view.value.visit
      const visits = await db.visits.where('vehicle_id').equals(vehicle_id).toArray()
      const older = visits.filter((one) => one.id !== id && one.opened_at < opened_at && one.stage !== 'cancelled')
      return db.findings.where('visit_id').anyOf(older.map((one) => one.id)).sortBy('recorded_at')
    },
    () => view.value.visit.id,
  )
  return computed(() => {
    const left = Object.entries(view.value.vehicle?.last?.measures ?? {})
    const seen = (rows.value ?? [])
      .filter((row) => row.grade !== 'not_checked')
      .map((row) => [row.item_code, { grade: row.grade, value: row.measure?.value ?? null, unit: row.measure?.unit ?? null, at: row.recorded_at }] as const)
    const newest = new Map<string, Before>()
    for (const [code, one] of [...left, ...seen]) {
      if ((newest.get(code)?.at ?? '') <= one.at) newest.set(code, one)
    }
    return newest
  })
}

/** By how much a value moved since then, as decimal text; null when the two cannot be compared. */
export function change(before: Before, value: string | null, unit: string | null): string | null {
  if (value === null || before.value === null || before.unit !== unit) return null
  const decimals = Math.max(...[value, before.value].map((one) => one.split('.')[1]?.length ?? 0))
  return (Number(value) - Number(before.value)).toFixed(decimals)
}
