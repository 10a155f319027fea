/** The store's book of appointments: half-hour slots of a day, how full they are, and what speaks for a second look. */
import { db } from '../../sync'
import type { Appointment, Customer } from '../../gen/wire'
import { isComing } from '../../sync/guess/contact'
import { isOpen } from '../stages'

export { isComing }

const SLOT = 30 * 60_000
const [OPENS, CLOSES] = [8, 18]
/** So many days from today on can be touched; later ones are typed. */
export const DAYS_AHEAD = 14

/** Half an hour in which cars may come, as RFC 3339 UTC, with those that are expected already. */
export interface Slot {
  at: string
  taken: number
}

const dayStart = (at: string | number): number => new Date(at).setHours(0, 0, 0, 0)
const nextDay = (start: number): number => new Date(start).setDate(new Date(start).getDate() + 1)

/** The first moments of today and of the days after it, as the tablet's clock has them. */
export function daysAhead(now: number): number[] {
  const days = [dayStart(now)]
  while (days.length < DAYS_AHEAD) days.push(nextDay(days.at(-1)!))
  return days
}

/** Everybody expected on the day of `at`, but `but` itself. */
export async function expectedOn(at: string | number, but?: string): Promise<Appointment[]> {
  const start = dayStart(at)
  const [from, to] = [start, nextDay(start)].map((ms) => new Date(ms).toISOString()) as [string, string]
  const rows = await db.appointments.where('at').between(from, to).toArray()
  return rows.filter((one) => isComing(one) && one.id !== but)
}

/** The slots of the day of `at`; one that was agreed outside of them stands among them. */
export function slotsOf(at: string | number, expected: readonly Appointment[], wanted?: string): Slot[] {
  const start = dayStart(at)
  const opens = new Date(start).setHours(OPENS)
  const times = Array.from({ length: ((CLOSES - OPENS) * 3_600_000) / SLOT }, (_, n) => opens + n * SLOT)
  const own = wanted && dayStart(wanted) === start ? Date.parse(wanted) : null
  if (own !== null && !times.includes(own)) times.push(own)
  const within = (one: Appointment, from: number): boolean => Date.parse(one.at) >= from && Date.parse(one.at) < from + SLOT
  return times.sort((a, b) => a - b).map((from) => ({
    at: new Date(from).toISOString(),
    taken: expected.filter((one) => within(one, from)).length,
  }))
}

/** What somebody should know before accepting a request: `at` an instant, `stage` where the car is. */
export interface Hint {
  code: 'past' | 'in_shop' | 'twice' | 'again' | 'stopped'
  at?: string
  stage?: string
}

/** What speaks for a second look at an appointment, from the rows of this tablet. */
export async function hintsOf(asked: Appointment, now: number): Promise<Hint[]> {
  const [visits, others, customer] = await Promise.all([
    asked.vehicle_id ? db.visits.where('vehicle_id').equals(asked.vehicle_id).toArray() : [],
    db.appointments.where('customer_id').equals(asked.customer_id).toArray(),
    db.customers.get(asked.customer_id) as Promise<Customer | undefined>,
  ])
  const here = visits.find((visit) => isOpen(visit.stage))
  const same = others.filter((one) => one.id !== asked.id && isComing(one) && one.vehicle_id === asked.vehicle_id)
  return [
    ...(Date.parse(asked.at) < now ? [{ code: 'past' as const }] : []),
    ...(here ? [{ code: 'in_shop' as const, stage: here.stage }] : []),
    ...same.map((one) => ({ code: one.status === 'requested' ? ('again' as const) : ('twice' as const), at: one.at })),
    ...(customer?.contact_stop ? [{ code: 'stopped' as const }] : []),
  ]
}
