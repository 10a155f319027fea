/** From findings to lines: the canned remedies of the inspection template, priced by the catalogue. */
import { computed, type ComputedRef } from 'vue'
import { lineAmount } from '../../../../domain/money'
import { isSet } from '../../../../domain/units'
import { send, type CatalogItem, type EstimateLine, type Finding, type InspectionItem, type Phrase, type VisitView } from '../../../../sync'
import { t } from '../../../../i18n'
import { useCatalogue } from '../../../../parts/visit/catalogue'
import { useItems } from '../../../../parts/visit/items'
import { liveLines } from '../../../../parts/visit/lines'
import { offer } from '../../../../parts/toast'
import { useView } from '../../../../parts/visit/view'
import { familyOf, useFits, type Family, type Fits } from './fits'
import { lineFrom, usualQuantity } from './lines'

/**
 * A finding that nothing was quoted for yet, what the catalogue has for it, and what that would cost. Of its `families`
 * somebody must say which variant fits before it can be quoted.
 */
export interface Need {
  finding: Finding
  remedy: readonly CatalogItem[]
  families: readonly Family[]
  fen: number
}

/** Whether all that a finding needs is known. */
export const isReady = (need: Need): boolean => need.remedy.length > 0 && need.families.every((one) => one.fitting)

type Coded = Pick<EstimateLine, 'code' | 'finding_id'>
type ByCode<T> = ReadonlyMap<string, T>

/** The canned words that a finding took; the first that lead to something while it has no others. */
export function phraseOf(item: InspectionItem, finding: Finding): Phrase | undefined {
  const said = item.phrases.find((one) => one.plan === finding.plan) ?? item.phrases.find((one) => one.cause === finding.cause)
  return said ?? item.phrases.find((one) => one.codes.length)
}

/**
 * What a remedy still adds. Another finding's line serves this one too, except for a part by the piece and the first work of
 * its remedy: two worn tyres are two tyres, fitted twice, but one wheel alignment.
 */
export function missing(remedy: readonly CatalogItem[], quoted: readonly Coded[]): CatalogItem[] {
  const byPiece = (item: CatalogItem): boolean => item.kind === 'part' && !isSet(item.unit)
  const exchange = remedy.some(byPiece) ? remedy.find((item) => item.kind === 'labour') : undefined
  return remedy.filter((item) => {
    const lines = quoted.filter((line) => line.code === item.code)
    return lines.every((line) => line.finding_id !== null && (byPiece(item) || item === exchange))
  })
}

/** What items would cost in fen in their usual quantities. */
export const costOf = (items: readonly CatalogItem[]): number =>
  items.reduce((total, item) => total + lineAmount(usualQuantity(item), item.unit_price_fen, 0), 0)

/** The findings that need something and have no line yet, the worst first; what another line repairs too is no need. */
export function needsOf(
  findings: readonly Finding[], lines: readonly EstimateLine[], items: ByCode<InspectionItem>, catalogue: ByCode<CatalogItem>,
  fits: Fits = new Map(),
): Need[] {
  const live = liveLines(lines)
  const pressing = [...findings.filter((one) => one.grade === 'red'), ...findings.filter((one) => one.grade === 'yellow')]
  return pressing.flatMap((finding) => {
    if (live.some((line) => line.finding_id === finding.id)) return []
    const item = items.get(finding.item_code)
    const codes = (item && phraseOf(item, finding)?.codes) ?? []
    const families = codes.flatMap((code) => (catalogue.has(code) ? [] : (familyOf(code, catalogue, fits) ?? [])))
    const known = codes.flatMap((code) => catalogue.get(code) ?? families.find((one) => one.code === code)?.fitting ?? [])
    const remedy = missing(known, live)
    const covered = known.length > 0 && !remedy.length && families.every((one) => one.fitting)
    return covered ? [] : [{ finding, remedy, families, fen: costOf(remedy) }]
  })
}

/** The lines of several needs, so that what serves two of them stands there once. */
export function together(needs: readonly Need[]): { finding: Finding; item: CatalogItem }[] {
  const lines: { finding: Finding; item: CatalogItem; code: string; finding_id: string }[] = []
  for (const { finding, remedy } of needs) {
    for (const item of missing(remedy, lines)) lines.push({ finding, item, code: item.code, finding_id: finding.id })
  }
  return lines.map(({ finding, item }) => ({ finding, item }))
}

/** The needs of the visit on the screen, the tap that quotes for some of them, and the choice of a variant. */
export function useNeeds(): {
  needs: ComputedRef<Need[]>
  choose: (item: CatalogItem) => Promise<void>
  quote: (needs: readonly Need[]) => Promise<void>
} {
  const view = useView()
  const { items } = useItems()
  const known = computed(() => new Map((items.value ?? []).map((item) => [item.code, item])))
  const catalogue = useCatalogue()
  const { fits, choose } = useFits()
  const needs = computed(() => needsOf(view.value.findings, view.value.lines, known.value, catalogue.value, fits.value))
  return { needs, choose, quote: (chosen) => quote(view.value, chosen) }
}

async function quote({ visit }: VisitView, needs: readonly Need[]): Promise<void> {
  const sent: string[] = []
  for (const { finding, item } of together(needs)) {
    const choice = { partKind: 'oem', payer: visit.payer, findingId: finding.id } as const
    sent.push((await send('estimate.add_line', lineFrom(visit.id, item, choice))).id)
  }
  offer(sent, t('proposal.added', { n: sent.length }))
}
