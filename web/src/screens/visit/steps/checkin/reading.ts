/** The walk-around's form: as it is typed, as it was recorded, and what is wrong or unlikely in it. */
import type { CarPast, OldParts, Walkaround } from '../../../../gen/wire'

/** What is read and agreed at the car; the odometer as typed, the energy in per cent. */
export interface Reading {
  odometer: string
  energy: number | null
  lamps: string[]
  belongings: string[]
  oldParts: OldParts
  wash: boolean
  valuables: boolean
  keyTag: string
  parking: string
  correction: string
}

/** The form as it was recorded, or an empty one in which stands what the customer wanted last time. */
export const formOf = (recorded: Walkaround | null, past: CarPast | null = null): Reading => ({
  odometer: recorded ? String(recorded.odometer_km) : '',
  energy: recorded?.energy_pct ?? null,
  lamps: recorded?.warning_lamps ?? [],
  belongings: recorded?.belongings ?? [],
  oldParts: recorded?.old_parts ?? past?.old_parts ?? 'leave',
  wash: recorded?.wash ?? past?.wash ?? true,
  valuables: recorded?.valuables_reminded ?? false,
  keyTag: recorded?.key_tag ?? '',
  parking: recorded?.parking_place ?? '',
  correction: '',
})

/** Whether there is nothing new to record. */
export const sameAsRecorded = (form: Reading, recorded: Walkaround | null): boolean =>
  recorded !== null && JSON.stringify({ ...form, correction: '' }) === JSON.stringify(formOf(recorded))

const FARTHEST = 9_999_999
/** More than this since the last reading is worth a second look. */
const UNLIKELY_KM = 60_000
/** A taxi in two shifts drives no more on a day. */
const FARTHEST_A_DAY_KM = 800
const DAY_MS = 86_400_000

/** What is wrong, by the test id of the field. */
export function problemsOf(form: Reading): Record<string, string> {
  const problems: Record<string, string> = {}
  if (!/^\d+$/.test(form.odometer)) problems.odometer = 'odometer_missing'
  else if (Number(form.odometer) > FARTHEST) problems.odometer = 'odometer_range'
  if (form.energy === null) problems.energy = 'energy_missing'
  else if (form.energy > 100) problems.energy = 'energy_range'
  return problems
}

/** Whether the reading lies below what is known: the odometer never goes down by itself. */
export const lowerThanKnown = (form: Reading, known: number | null): boolean =>
  known !== null && /^\d+$/.test(form.odometer) && Number(form.odometer) < known

/** Whether the reading is so far above what is known that somebody should look again. */
export const unlikely = (form: Reading, known: number | null): boolean =>
  known !== null && /^\d+$/.test(form.odometer) && Number(form.odometer) > known + UNLIKELY_KM

/** The kilometres a day since the last visit, when they are so many that somebody should look again; else null. */
export function tooManyADay(form: Reading, past: CarPast | null, at: number): number | null {
  if (past?.odometer_km == null || !/^\d+$/.test(form.odometer)) return null
  const days = Math.max(1, (at - Date.parse(past.closed_at)) / DAY_MS)
  const aDay = Math.round((Number(form.odometer) - past.odometer_km) / days)
  return aDay > FARTHEST_A_DAY_KM ? aDay : null
}
