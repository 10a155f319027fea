/** The bill: what was agreed, less a discount, and what has been paid of it. Everything in fen. */
import type { EstimateLine, Payment, Settlement } from '../../../../sync'
import { decisionOf, sum, versions } from '../../../../parts/visit/lines'

/** What a bill over these lines would say. */
export function billOf(approved: readonly EstimateLine[], discountFen: number): { agreed: number; total: number } {
  const agreed = sum(approved)
  return { agreed, total: agreed - discountFen }
}

/** Whether the issued bill still says what would be issued now. */
export function stillRight(issued: Settlement | null, approved: readonly EstimateLine[], discountFen: number): boolean {
  if (!issued || issued.discount_fen !== discountFen || issued.total_fen !== billOf(approved, discountFen).total) return false
  const key = (list: readonly { line_id: string; version: number }[]): string =>
    list.map((one) => `${one.line_id} ${one.version}`).sort().join()
  return key(issued.lines) === key(versions(approved))
}

/** What was paid, refunds taken off. */
export const paidOf = (payments: readonly Payment[]): number =>
  payments.reduce((all, one) => all + (one.refund_of ? -one.amount_fen : one.amount_fen), 0)

/** A line that the customer said yes to: what was agreed then, what is billed now, and why that differs. */
export interface Compared {
  line: EstimateLine
  agreed: number
  billed: number
  why: 'dropped' | 'undecided' | 'repriced' | null
}

/** The approvals beside the bill, oldest first; in fen. */
export function compared(lines: readonly EstimateLine[]): Compared[] {
  const said = lines.filter((line) => line.decided.some((one) => one.decision === 'approved'))
  return [...said].sort((a, b) => (a.id < b.id ? -1 : 1)).flatMap((line): Compared[] => {
    const stands = decisionOf(line)
    if (!line.dropped && (stands === 'declined' || stands === 'deferred')) return []
    const agreed = line.decided.findLast((one) => one.decision === 'approved')?.amount_fen ?? line.amount_fen
    if (line.dropped) return [{ line, agreed, billed: 0, why: 'dropped' }]
    if (stands !== 'approved') return [{ line, agreed, billed: 0, why: 'undecided' }]
    return [{ line, agreed, billed: line.amount_fen, why: line.amount_fen === agreed ? null : 'repriced' }]
  })
}

/** What is left of a payment after its refunds. */
export const refundable = (payment: Payment, payments: readonly Payment[]): number =>
  payment.refund_of ? 0 : payments.reduce((left, one) => (one.refund_of === payment.id ? left - one.amount_fen : left), payment.amount_fen)
