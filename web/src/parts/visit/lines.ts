/** Estimate lines as people talk about them: live ones, what was decided, and sums in fen. */
import { decisionOf } from '../../domain/estimates'
import { lineAmount } from '../../domain/money'
import type { Decision, EstimateLine, LineVersion, Payer, PricedVersion } from '../../gen/wire'

export { decisionOf }

/** The lines that were not dropped, oldest first. */
export const liveLines = (lines: readonly EstimateLine[]): EstimateLine[] =>
  lines.filter((line) => line.dropped === null).sort((a, b) => (a.id < b.id ? -1 : 1))

/** The sum of some lines in fen. */
export const sum = (lines: readonly EstimateLine[]): number => lines.reduce((total, line) => total + line.amount_fen, 0)

/** The live lines under each word of the customer, `open` where nothing was said yet. */
export function byDecision(lines: readonly EstimateLine[]): Record<Decision | 'open', EstimateLine[]> {
  const live = liveLines(lines)
  const said = (decision: Decision | null) => live.filter((line) => decisionOf(line) === decision)
  return { approved: said('approved'), declined: said('declined'), deferred: said('deferred'), open: said(null) }
}

/** The versions of some lines, as commands name them. */
export const versions = (lines: readonly EstimateLine[]): { line_id: string; version: number }[] =>
  lines.map((line) => ({ line_id: line.id, version: line.version }))

/** Whether the customer has seen every live line in its present version. */
export const allPresented = (lines: readonly EstimateLine[], presented: readonly { line_id: string; version: number }[]): boolean =>
  liveLines(lines).every((line) => presented.some((one) => one.line_id === line.id && one.version === line.version))

/** Who pays how much of some lines in fen; only those who pay at all. */
export function byPayer(lines: readonly EstimateLine[]): { payer: Payer; fen: number }[] {
  const payers = [...new Set(lines.map((line) => line.payer))]
  return payers.map((payer) => ({ payer, fen: sum(lines.filter((line) => line.payer === payer)) }))
}

/** What one version of a line cost in fen. */
export const costOf = (version: PricedVersion): number =>
  lineAmount(version.quantity, version.unit_price_fen, version.discount_fen)

/** What the newest older version that the customer knew (decided on or presented) had cost, if it was another sum. */
export function knownBefore(line: EstimateLine, presented: readonly LineVersion[]): number | null {
  const known = new Set([...line.decided, ...presented.filter((one) => one.line_id === line.id)].map((one) => one.version))
  const last = line.versions.filter((one) => known.has(one.version) && one.version < line.version).at(-1)
  const fen = last ? costOf(last) : line.amount_fen
  return fen === line.amount_fen ? null : fen
}
