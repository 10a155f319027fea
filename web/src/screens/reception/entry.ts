/** What is typed at the reception for a new customer and a new car, and what is wrong with it. */
import type { CommandFields, Energy, Payer, VisitKind } from '../../gen/wire'
import { normalise as normalPhone } from '../../domain/phone'
import { kind as plateKind, normalise as normalPlate } from '../../domain/plate'
import { check as checkVin, normalise as normalVin } from '../../domain/vin'

/** The form of the reception; every field as typed. */
export interface Entry {
  name: string
  phone: string
  company: boolean
  plate: string
  /** Somebody said that the car has no plate yet. */
  unplated: boolean
  vin: string
  make: string
  model: string
  year: string
  colour: string
  energy: Energy
  kind: VisitKind
  payer: Payer
  /** What of the car's banners was taken up: recalls, lines of the last visit, and whether it comes back. */
  recalls: string[]
  again: string[]
  comeback: boolean
}

/** An empty form. */
export const emptyEntry = (): Entry => ({
  name: '',
  phone: '',
  company: false,
  plate: '',
  unplated: false,
  vin: '',
  make: '',
  model: '',
  year: '',
  colour: '',
  energy: 'petrol',
  kind: 'maintenance',
  payer: 'customer',
  recalls: [],
  again: [],
  comeback: false,
})

/** A form that begins with what was searched for, in the field where it belongs. */
export function entryFrom(text: string): Partial<Entry> {
  const typed = text.trim()
  if (!typed) return {}
  if (tried(() => normalPlate(typed))) return { plate: normalPlate(typed) }
  if (tried(() => normalPhone(typed)) || /^\d{5,}$/.test(typed)) return { phone: typed }
  if (/^[A-Za-z0-9-]{9,}$/.test(typed)) return { vin: typed.toUpperCase() }
  return /^[\p{Script=Han}A-Za-z· ]+$/u.test(typed) ? { name: typed } : {}
}

const tried = (make: () => unknown): boolean => {
  try {
    make()
    return true
  } catch {
    return false
  }
}

/** The machine code of what is wrong with a text, or an empty string. */
export function problemOf(normalise: (text: string) => string, text: string): string {
  try {
    if (text) normalise(text)
    return ''
  } catch (failure) {
    return (failure as Error).message
  }
}

/** What to say about a VIN while it is being typed: how many are missing, forbidden letters, the check digit. */
export function vinAdvice(text: string): { code: string; left: number } | null {
  const typed = text.replace(/[\s-]/g, '').toUpperCase()
  if (!typed) return null
  if (/[IOQ]/.test(typed)) return { code: 'vin_letters', left: 0 }
  if (typed.length < 17) return { code: 'vin_left', left: 17 - typed.length }
  const problem = problemOf(normalVin, typed)
  if (problem) return { code: problem, left: 0 }
  return { code: checkVin(normalVin(typed)) === 'ok' ? 'vin_ok' : 'vin_check', left: 0 }
}

/** What is wrong with the customer's half, by field. */
export function customerProblems(entry: Entry): Record<string, string> {
  return drop({
    name: entry.name.trim() ? '' : 'name_missing',
    phone: entry.phone ? problemOf(normalPhone, entry.phone) : 'phone_missing',
  })
}

/** What is wrong with the car's half, by field. A car needs a plate or a VIN. */
export function vehicleProblems(entry: Entry): Record<string, string> {
  return drop({
    plate: entry.plate ? problemOf(normalPlate, entry.plate) : entry.vin || entry.unplated ? '' : 'plate_or_vin',
    vin: entry.unplated && !entry.vin ? 'vin_missing' : problemOf(normalVin, entry.vin),
    make: entry.make.trim() ? '' : 'make_missing',
    model: entry.model.trim() ? '' : 'model_missing',
    year: !entry.year || /^(19|20)\d\d$/.test(entry.year) ? '' : 'year_format',
  })
}

const drop = (problems: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(problems).filter(([, code]) => code))

/** The energy that a plate gives away: green plates are electric or plug-in. */
export function energyOf(plate: string): Energy | null {
  if (!tried(() => normalPlate(plate))) return null
  const normal = normalPlate(plate)
  const letter = { new_energy_small: normal[2], new_energy_large: normal.at(-1) }[plateKind(normal) as string]
  if (!letter) return null
  return 'DABCE'.includes(letter) ? 'bev' : 'phev'
}

/** `customer.register` for the customer's half. */
export const registerCustomer = (id: string, entry: Entry): CommandFields['customer.register'] => ({
  customer_id: id,
  name: entry.name.trim(),
  kind: entry.company ? 'company' : 'person',
  phones: [{ number: normalPhone(entry.phone), primary: true }],
})

/** `vehicle.register` for the car's half. */
export const registerVehicle = (id: string, ownerId: string, entry: Entry): CommandFields['vehicle.register'] => ({
  vehicle_id: id,
  make: entry.make.trim(),
  model: entry.model.trim(),
  energy: entry.energy,
  owner_id: ownerId,
  ...(entry.vin && { vin: normalVin(entry.vin) }),
  ...(entry.plate && { plate: normalPlate(entry.plate) }),
  ...(entry.year && { model_year: Number(entry.year) }),
  ...(entry.colour.trim() && { colour: entry.colour.trim() }),
})
