/** Complaints (投诉) as screens show them: who complains of what, which step comes next, what is late. */
import { db, session, type Complaint, type ComplaintStepKind, type Customer, type Vehicle, type Visit } from '../../sync'

/** The steps in the order in which they are meant: 确认 → 分析 → 商定 → 处理 → 回访. */
export const STEPS: readonly ComplaintStepKind[] = ['confirm', 'analyse', 'agree', 'handle', 'call_back']

/** A complaint with the people and the car that it names. */
export interface Complained {
  complaint: Complaint
  customer?: Customer
  visit?: Visit
  vehicle?: Vehicle
}

/** The kinds of steps that somebody has recorded. */
export const recorded = (complaint: Complaint): Set<ComplaintStepKind> => new Set(complaint.steps.map((one) => one.kind))

/** The first step that nobody has recorded; none once it is closed. */
export const nextStep = (complaint: Complaint): ComplaintStepKind | null =>
  complaint.state === 'closed' ? null : (STEPS.find((kind) => !recorded(complaint).has(kind)) ?? 'call_back')

/** Whether nobody has answered in time. */
export const isLate = (complaint: Complaint, now: number): boolean => complaint.state === 'open' && Date.parse(complaint.due_at) < now

/** Whether the person who is signed in answers for it. */
export const isMine = (complaint: Complaint): boolean => complaint.owner_id === session.state.user?.id

/** Open ones by when they are due, a person's own before the others'; a manager answers for all alike. Closed ones last. */
export function sorted<T extends { complaint: Complaint }>(list: readonly T[]): T[] {
  const all = session.state.user?.role === 'manager'
  const rank = ({ complaint }: T): number => (complaint.state === 'closed' ? 2 : all || isMine(complaint) ? 0 : 1)
  const time = ({ complaint }: T): string => complaint.closed_at ?? complaint.due_at
  const after = (a: T, b: T): number => (rank(a) === 2 ? time(b).localeCompare(time(a)) : time(a).localeCompare(time(b)))
  return [...list].sort((a, b) => rank(a) - rank(b) || after(a, b))
}

/** Every complaint that this tablet holds, in the order of the list. */
export async function complaintsHere(): Promise<Complained[]> {
  const rows = await db.complaints.toArray()
  const [customers, visits] = await Promise.all([
    db.customers.bulkGet(rows.map((row) => row.customer_id)),
    db.visits.bulkGet(rows.map((row) => row.visit_id ?? '')),
  ])
  const vehicles = await db.vehicles.bulkGet(visits.map((visit) => visit?.vehicle_id ?? ''))
  return sorted(
    rows.map((complaint, at) => ({
      complaint,
      ...(customers[at] && { customer: customers[at] }),
      ...(visits[at] && { visit: visits[at] }),
      ...(vehicles[at] && { vehicle: vehicles[at] }),
    })),
  )
}
