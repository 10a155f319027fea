/** What today's screen shows: cars in the shop with their people, appointments of the day, and who waits for what. */
import { db, queueItems } from '../../sync'
import type { Appointment, Customer, Vehicle, Visit } from '../../gen/wire'
import { isOpen, OPEN_STAGES } from '../../parts/stages'

/** A visit with the car and the customer that it names. */
export interface InShop {
  visit: Visit
  vehicle?: Vehicle
  customer?: Customer
}

/** An appointment with the car and the customer that it names. */
export interface Expected {
  appointment: Appointment
  vehicle?: Vehicle
  customer?: Customer
}

const DAY = 86_400_000

/** The rows with the cars and customers that they name. */
async function withPeople<R extends { vehicle_id: string | null; customer_id: string }>(rows: R[]) {
  const [vehicles, customers] = await Promise.all([
    db.vehicles.bulkGet(rows.flatMap((row) => row.vehicle_id ?? [])),
    db.customers.bulkGet(rows.map((row) => row.customer_id)),
  ])
  const byId = <T extends { id: string }>(found: (T | undefined)[]) =>
    new Map(found.filter((row): row is T => row !== undefined).map((row) => [row.id, row]))
  const cars = byId(vehicles)
  const people = byId(customers)
  return rows.map((row) => ({ row, vehicle: cars.get(row.vehicle_id ?? ''), customer: people.get(row.customer_id) }))
}

/** Every car in the shop, the one promised first on top. */
export async function inShop(): Promise<InShop[]> {
  const visits = await db.visits.where('stage').anyOf(OPEN_STAGES).toArray()
  const byPromise = (a: Visit, b: Visit) =>
    (a.ready_at ?? '9').localeCompare(b.ready_at ?? '9') || a.opened_at.localeCompare(b.opened_at)
  return (await withPeople(visits.sort(byPromise))).map(({ row, ...rest }) => ({ visit: row, ...rest }))
}

/** Cars that left today, the last one on top. */
export async function handedOverToday(): Promise<InShop[]> {
  const start = new Date(new Date().setHours(0, 0, 0, 0)).toISOString()
  const visits = await db.visits.where('stage').equals('handed_over').toArray()
  const today = visits.filter((visit) => visit.closed_at !== null && visit.closed_at >= start)
  const newest = today.sort((a, b) => (b.closed_at ?? '').localeCompare(a.closed_at ?? ''))
  return (await withPeople(newest)).map(({ row, ...rest }) => ({ visit: row, ...rest }))
}

/** Within how many days after the handover a customer is called. */
export const FOLLOW_UP_DAYS = 3

/** Cars that left in the last days and whose customer nobody has reached yet, the one that waits longest on top. */
export async function followUpsDue(): Promise<InShop[]> {
  const since = new Date(new Date().setHours(0, 0, 0, 0) - FOLLOW_UP_DAYS * DAY).toISOString()
  const visits = await db.visits.where('stage').equals('handed_over').toArray()
  const due = visits.filter(
    (visit) => (visit.closed_at ?? '') >= since && !visit.survey && !visit.calls.some((call) => call.reached),
  )
  const oldest = due.sort((a, b) => (a.closed_at ?? '').localeCompare(b.closed_at ?? ''))
  return (await withPeople(oldest)).map(({ row, ...rest }) => ({ visit: row, ...rest }))
}

/** How many days are left to call the customer; 0 on the last one. */
export const daysLeft = ({ closed_at }: Visit, now: number): number =>
  FOLLOW_UP_DAYS - Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(closed_at ?? now).setHours(0, 0, 0, 0)) / DAY)

/** Appointments of today that nobody has come for yet, in order of time. */
export async function expectedToday(): Promise<Expected[]> {
  const start = new Date().setHours(0, 0, 0, 0)
  const rows = await db.appointments
    .where('at')
    .between(new Date(start).toISOString(), new Date(start + DAY).toISOString())
    .filter((one) => one.status === 'booked')
    .sortBy('at')
  return (await withPeople(rows)).map(({ row, ...rest }) => ({ appointment: row, ...rest }))
}

/** What customers asked for and nobody answered yet, the earliest time first. */
export async function requests(): Promise<Expected[]> {
  const rows = await db.appointments.where('status').equals('requested').sortBy('at')
  return (await withPeople(rows)).map(({ row, ...rest }) => ({ appointment: row, ...rest }))
}

/** Whether an appointment is for today. */
export const isToday = ({ at }: Appointment, now: number): boolean => new Date(at).toDateString() === new Date(now).toDateString()

/** For so long somebody is awaited before they count as late. */
const GRACE = 15 * 60_000

/** How long after an appointment it is, in milliseconds; 0 while people are still awaited. */
export function missedBy({ at }: Appointment, now: number): number {
  const over = now - Date.parse(at)
  return over > GRACE ? over : 0
}

/** The ids of visits that have work on this tablet which has not been sent. */
export async function unsentVisits(): Promise<ReadonlySet<string>> {
  const fields = (await queueItems()).map((item) => item.fields as { visit_id?: string })
  return new Set(fields.flatMap(({ visit_id }) => visit_id ?? []))
}

/** The ways to look at today. */
export const VIEWS = ['requests', 'shop', 'appointments', 'waiting', 'ready', 'overdue', 'followups', 'complaints'] as const
export type TodayView = (typeof VIEWS)[number]

/** Whether a promise has passed without the car being ready. */
export const isOverdue = (visit: Visit, now: number): boolean =>
  visit.ready_at !== null && isOpen(visit.stage) && visit.stage !== 'ready' && Date.parse(visit.ready_at) < now

/** The cars that belong to a view. */
export function viewed(view: TodayView, cars: readonly InShop[], now: number): InShop[] {
  if (view === 'waiting') return cars.filter(({ visit }) => visit.stage === 'awaiting_approval')
  if (view === 'ready') return cars.filter(({ visit }) => visit.stage === 'ready')
  if (view === 'overdue') return cars.filter(({ visit }) => isOverdue(visit, now))
  return view === 'shop' ? [...cars] : []
}
