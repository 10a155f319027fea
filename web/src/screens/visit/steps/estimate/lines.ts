/** From a catalogue item to a line: what is proposed before anybody changes it. */
import { sounds, type Spell } from '../../../../domain/pinyin'
import { uuid7, type CatalogItem, type CommandFields, type PartKind, type Payer } from '../../../../sync'

/** What is chosen beside the search field for the next line. */
export interface Choice {
  partKind: PartKind
  payer: Payer
  findingId: string | null
}

/**
 * The catalogue items that fit what is typed: every word must occur in name, English name or code, or, once there is a
 * speller, in the sounds of the name.
 */
export function searchCatalogue(items: readonly CatalogItem[], typed: string, most: number, spell?: Spell): CatalogItem[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (!words.length) return []
  const plain = (item: CatalogItem, word: string): boolean => `${item.name} ${item.name_en} ${item.code}`.toLowerCase().includes(word)
  const exact = items.filter((item) => words.every((word) => plain(item, word)))
  if (exact.length >= most || !spell) return exact.slice(0, most)
  const heard = items.filter((item) => words.every((word) => plain(item, word) || sounds(item.name, word, spell)))
  return [...new Set([...exact, ...heard])].slice(0, most)
}

/** How much of a catalogue item is proposed: the standard hours of labour, one piece of a part. */
export const usualQuantity = (item: CatalogItem): string => (item.kind === 'labour' ? (item.standard_hours ?? '1.0') : '1')

/** `estimate.add_line` for a catalogue item. */
export const lineFrom = (visitId: string, item: CatalogItem, choice: Choice): CommandFields['estimate.add_line'] => ({
  visit_id: visitId,
  line_id: uuid7(),
  kind: item.kind,
  code: item.code,
  name: item.name,
  quantity: usualQuantity(item),
  unit: item.unit,
  unit_price_fen: item.unit_price_fen,
  payer: choice.payer,
  ...(item.kind === 'part' && { part_kind: choice.partKind }),
  ...(choice.findingId && { finding_id: choice.findingId }),
})
