/** From a catalogue item to a line: what is proposed before anybody changes it. */
import { uuid7, type CatalogItem, type CommandFields, type PartKind, type Payer } from '../../../../sync'

/** What is chosen beside the search field for the next line. */
export interface Choice {
  partKind: PartKind
  payer: Payer
  findingId: string | null
}

/** The catalogue items that fit what is typed: every word must occur in name, English name or code. */
export function searchCatalogue(items: readonly CatalogItem[], typed: string, most: number): CatalogItem[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (!words.length) return []
  const fits = (item: CatalogItem): boolean => {
    const text = `${item.name} ${item.name_en} ${item.code}`.toLowerCase()
    return words.every((word) => text.includes(word))
  }
  return items.filter(fits).slice(0, most)
}

/** `estimate.add_line` for a catalogue item: standard hours for labour, one piece of a part. */
export const lineFrom = (visitId: string, item: CatalogItem, choice: Choice): CommandFields['estimate.add_line'] => ({
  visit_id: visitId,
  line_id: uuid7(),
  kind: item.kind,
  code: item.code,
  name: item.name,
  quantity: item.kind === 'labour' ? (item.standard_hours ?? '1.0') : '1',
  unit: item.unit,
  unit_price_fen: item.unit_price_fen,
  payer: choice.payer,
  ...(item.kind === 'part' && { part_kind: choice.partKind }),
  ...(choice.findingId && { finding_id: choice.findingId }),
})
