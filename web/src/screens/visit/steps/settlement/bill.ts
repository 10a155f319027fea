/** The bill: what was agreed, less a discount, and what has been paid of it. Everything in fen. */
import type { EstimateLine, Payment, Settlement } from '../../../../sync'
import { sum, versions } from '../../../../parts/visit/lines'

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
