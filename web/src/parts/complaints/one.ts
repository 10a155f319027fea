/** One complaint: how far it has come, who answers for it, and what that means for whoever wants to call. */
import { db, type Complaint, type ComplaintStepKind } from '../../sync'
import { nextStep, recorded, sorted, STEPS } from './complaints'

/** How each step stands: `missing` ones were passed over. */
export function standing(complaint: Complaint): Record<ComplaintStepKind, 'done' | 'missing' | 'next' | 'open'> {
  const known = recorded(complaint)
  const last = STEPS.findLastIndex((kind) => known.has(kind))
  const next = nextStep(complaint)
  const word = (kind: ComplaintStepKind, at: number) =>
    known.has(kind) ? 'done' : at < last ? 'missing' : kind === next ? 'next' : 'open'
  return Object.fromEntries(STEPS.map((kind, at) => [kind, word(kind, at)])) as ReturnType<typeof standing>
}

/** The open complaint of a customer that is due first, and the name of who answers for it. */
export interface OpenOne {
  complaint: Complaint
  owner: string
}

/** What is open for a customer, with its owner; null when nothing is. */
export async function openOf(customerId: string | undefined): Promise<OpenOne | null> {
  const rows = await db.complaints.where('customer_id').equals(customerId ?? '').toArray()
  const [first] = sorted(rows.filter((row) => row.state === 'open').map((complaint) => ({ complaint })))
  if (!first) return null
  const owner = await db.staff.get(first.complaint.owner_id ?? '')
  return { complaint: first.complaint, owner: owner?.name ?? '' }
}

/** Who may answer for complaints, by name. */
export async function answering(may: (role: string) => boolean): Promise<{ id: string; name: string }[]> {
  const staff = await db.staff.toArray()
  return staff.filter((one) => one.active && may(one.role)).sort((a, b) => a.name.localeCompare(b.name))
}
