/** Work that the customer put off at an earlier visit, and bringing it up again. */
import { lineAmount } from '../../domain/money'
import { db, send, uuid7, type CatalogItem, type CommandFields, type EstimateLine, type PutOff, type Vehicle, type Visit } from '../../sync'
import { offer } from '../toast'
import { liveLines } from './lines'

/** Put-off work that this visit has not taken up again, neither as such nor under the same code. */
export function putOff(vehicle: Vehicle | undefined, lines: readonly EstimateLine[]): PutOff[] {
  const live = liveLines(lines)
  const taken = (one: PutOff): boolean =>
    lines.some((line) => line.carried_from === one.line_id) || live.some((line) => one.code !== null && line.code === one.code)
  return (vehicle?.last?.put_off ?? []).filter((one) => !taken(one))
}

/** Today's price of put-off work in fen: the catalogue's, or the one of then for what is not in it. */
export const unitPriceNow = (one: PutOff, item: CatalogItem | undefined): number => item?.unit_price_fen ?? one.unit_price_fen

/** What put-off work costs today in fen. */
export const costNow = (one: PutOff, item: CatalogItem | undefined): number => lineAmount(one.quantity, unitPriceNow(one, item), 0)

/** Puts lines for it on the estimate of a visit, at today's prices; told as `said`, taken back together. */
export async function carry(visit: Visit, work: readonly PutOff[], said: string): Promise<void> {
  const known = await db.catalog_items.where('code').anyOf(work.flatMap((one) => one.code ?? [])).toArray()
  const sent: string[] = []
  for (const one of work) {
    const item = known.find((row) => row.code === one.code)
    sent.push((await send('estimate.add_line', carriedLine(visit, one, item))).id)
  }
  offer(sent, said)
}

const carriedLine = (visit: Visit, one: PutOff, item: CatalogItem | undefined): CommandFields['estimate.add_line'] => ({
  visit_id: visit.id,
  line_id: uuid7(),
  kind: one.kind,
  name: one.name,
  quantity: one.quantity,
  unit: one.unit,
  unit_price_fen: unitPriceNow(one, item),
  payer: one.payer,
  carried_from: one.line_id,
  ...(one.code && { code: one.code }),
  ...(one.part_kind && { part_kind: one.part_kind }),
})
