/** The signed document as this app reads it back; `handover/document.ts` is what builds it. */
import type { Advice, Concern, Damage, Finding, PartUsed, Payment, Photo, Quality, Settlement, Walkaround } from '../../sync'
import { language } from '../../i18n'
import type { Decision, EstimateLine, Payer, SignaturePurpose, VisitKind } from '../../sync'

/** A line as it stands in the document. */
export type PaperLine = Pick<
  EstimateLine,
  'id' | 'version' | 'kind' | 'code' | 'name' | 'quantity' | 'unit' | 'unit_price_fen' | 'discount_fen' | 'amount_fen' | 'part_kind'
> & { decision?: Decision | null; dropped?: string | null }

/** What both purposes hold, and what only the one or the other holds. */
export interface Paper {
  purpose: SignaturePurpose
  vin: string | null
  plate: string | null
  customer_name: string
  kind: VisitKind
  payer: Payer
  concerns: Concern[]
  lines: PaperLine[]
  photos: Pick<Photo, 'id' | 'sha256' | 'caption' | 'purpose'>[]
  walkaround?: Walkaround | null
  damages?: Damage[]
  promised_at?: string | null
  odometer_in_km?: number | null
  odometer_out_km?: number | null
  findings?: Finding[]
  parts_used?: PartUsed[]
  quality?: Quality | null
  advice?: Advice[]
  settlement?: Settlement | null
  payments?: Payment[]
}

/** Day and clock time in full: paper is read on other days too. */
export const dated = (at: string | number): string =>
  new Date(at).toLocaleString(language(), {
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hour12: false,
  })
