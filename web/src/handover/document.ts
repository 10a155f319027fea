/**
 * The document that a customer signs, built offline from rows as the server sends them; the twin of
 * server/documents/document.py: tests/cases/documents.json holds both to the same bytes.
 */
import canonicalize from 'canonicalize'
import type {
  Customer, Damage, EstimateLine, Finding, Photo, Quality, Settlement, SignaturePurpose, Vehicle, Visit, Walkaround,
} from '../gen/wire'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
export type HandoverDocument = { readonly [name: string]: Json }

type Maybe<T> = T | null | undefined
interface Entry { id: string }

export const DOCUMENT_VERSION = 1
export const WORDING_VERSION = '2026-11'

const REPAIR_WARRANTY = {
  zh: '维修质量保证期自竣工之日起计算：整车或总成修理 20,000 公里或 100 日，二级维护 5,000 公里或 30 日，一级维护、小修及专项修理 2,000 公里或 10 日，以先到者为准。',
  en: 'Repair warranty counts from completion: complete vehicle or assembly 20,000 km or 100 days; grade-2 maintenance 5,000 km or 30 days; grade-1 maintenance, small and single repairs 2,000 km or 10 days; whichever comes first.',
}

/** The sentences to show above the signature under WORDING_VERSION; the Chinese ones are binding. */
export const WORDING: Record<SignaturePurpose, readonly { zh: string; en: string }[]> = {
  contract: [
    {
      zh: '所列金额为估价。追加项目、更换配件种类或金额超出估价的，门店须事先说明并取得本人同意；未经同意的部分，本人可以拒绝付款。',
      en: 'The amounts are estimates. Added work, a different kind of part or a higher price needs my consent beforehand; I may refuse to pay for what I did not agree to.',
    },
    {
      zh: '本人已与服务顾问共同核对车辆外观、里程、油量或电量及随车物品，并已被提醒取走贵重物品。',
      en: "I have checked the car's exterior, odometer, fuel or charge and belongings together with the advisor, and was reminded to take valuables with me.",
    },
    REPAIR_WARRANTY,
  ],
  handover: [
    {
      zh: '本人已核对以上维修项目、更换配件、检验结果和金额，并已验收车辆。',
      en: 'I have checked the work, parts, inspection results and amounts above and have received the car.',
    },
    REPAIR_WARRANTY,
  ],
}

const RECEPTION_PHOTOS = new Set(['walkaround', 'damage', 'dashboard', 'vin'])

/** The document as it would be signed now; rows are those of this visit alone. */
export function buildDocument(
  purpose: SignaturePurpose, visit: Visit, vehicle: Vehicle, customer: Customer, damages: readonly Damage[],
  findings: readonly Finding[], lines: readonly EstimateLine[], photos: readonly Photo[],
): HandoverDocument {
  const head = {
    document_version: DOCUMENT_VERSION,
    wording_version: WORDING_VERSION,
    purpose,
    vin: vehicle.vin ?? null,
    plate: vehicle.plate ?? null,
    customer_name: customer.name,
    kind: visit.kind,
    payer: visit.payer,
    concerns: byId(visit.concerns).map(({ id, words, condition, frequency }) => (
      { id, words, condition: condition ?? null, frequency: frequency ?? null }
    )),
  }
  return purpose === 'contract'
    ? { ...head, ...contract(visit, damages, lines, photos) }
    : { ...head, ...handover(visit, findings, lines, photos) }
}

/** RFC 8785 text of a JSON value; throws for what JSON numbers or UTF-8 cannot hold. */
export function canonical(value: Json): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('not a JSON value')
  return text
}

/** SHA-256 of the UTF-8 bytes, as 64 lower-case hex digits. */
export async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function contract(
  visit: Visit, damages: readonly Damage[], lines: readonly EstimateLine[], photos: readonly Photo[],
): HandoverDocument {
  const presented = new Set(visit.presented.map((p) => `${p.line_id} ${p.version}`))
  const agreed = lines.filter((line) => (line.dropped ?? null) === null && presented.has(`${line.id} ${line.version}`))
  return {
    walkaround: visit.walkaround ? walkaroundPart(visit.walkaround) : null,
    damages: byId(damages).map(({ id, panel, kind, severity, x, y, known, photos }) => (
      { id, panel, kind, severity, x, y, known, photos: words(photos) }
    )),
    lines: byId(agreed).map(linePart),
    promised_at: instant(visit.ready_at),
    photos: byId(photos).filter((photo) => RECEPTION_PHOTOS.has(photo.purpose)).map(photoPart),
  }
}

function handover(
  visit: Visit, findings: readonly Finding[], lines: readonly EstimateLine[], photos: readonly Photo[],
): HandoverDocument {
  return {
    odometer_in_km: visit.walkaround?.odometer_km ?? null,
    odometer_out_km: visit.quality?.odometer_out_km ?? null,
    findings: byId(findings).map(findingPart),
    lines: byId(lines).map((line) => ({
      ...linePart(line),
      decision: line.decided_version === line.version ? line.decision ?? null : null,
      dropped: line.dropped ?? null,
    })),
    parts_used: byId(visit.parts_used).map(({ id, line_id, code, name, quantity }) => (
      { id, line_id: line_id ?? null, code, name, quantity }
    )),
    quality: visit.quality ? qualityPart(visit.quality) : null,
    advice: byId(visit.advice).map(({ id, text, next_km, next_on }) => (
      { id, text, next_km: next_km ?? null, next_on: next_on ?? null }
    )),
    settlement: visit.settlement ? settlementPart(visit.settlement) : null,
    payments: byId(visit.payments).map(({ id, method, amount_fen, reference, refund_of, paid_at }) => (
      { id, method, amount_fen, reference: reference ?? null, refund_of: refund_of ?? null, paid_at: instant(paid_at) }
    )),
    photos: byId(photos).map(photoPart),
  }
}

const walkaroundPart = (seen: Walkaround) => ({
  odometer_km: seen.odometer_km,
  energy_pct: seen.energy_pct,
  warning_lamps: words(seen.warning_lamps),
  belongings: words(seen.belongings),
  old_parts: seen.old_parts,
  wash: seen.wash,
  valuables_reminded: seen.valuables_reminded,
})

const linePart = (line: EstimateLine) => ({
  id: line.id,
  version: line.version,
  kind: line.kind,
  code: line.code ?? null,
  name: line.name,
  quantity: line.quantity,
  unit: line.unit,
  unit_price_fen: line.unit_price_fen,
  discount_fen: line.discount_fen,
  amount_fen: line.amount_fen,
  part_kind: line.part_kind ?? null,
  payer: line.payer,
  finding_id: line.finding_id ?? null,
})

const findingPart = ({ measure, ...finding }: Finding) => ({
  id: finding.id,
  version: finding.version,
  item_code: finding.item_code,
  grade: finding.grade,
  measure: measure ? { value: measure.value, unit: measure.unit } : null,
  dtcs: words(finding.dtcs),
  cause: finding.cause ?? null,
  plan: finding.plan ?? null,
  budget_fen: finding.budget_fen ?? null,
  photos: words(finding.photos),
})

const qualityPart = (quality: Quality) => ({
  passed: quality.passed,
  checks: quality.checks.map(({ item_code, ok }) => ({ item_code, ok }))
    .sort((a, b) => order(a.item_code, b.item_code) || Number(a.ok) - Number(b.ok)),
  road_test_km: quality.road_test_km ?? null,
})

const settlementPart = ({ invoice, ...bill }: Settlement) => ({
  id: bill.id,
  lines: bill.lines.map(({ line_id, version }) => ({ line_id, version }))
    .sort((a, b) => order(a.line_id, b.line_id) || a.version - b.version),
  discount_fen: bill.discount_fen,
  total_fen: bill.total_fen,
  invoice: invoice ? { title: invoice.title, tax_number: invoice.tax_number ?? null } : null,
})

const photoPart = ({ id, sha256, purpose, subject_id, taken_at, caption }: Photo) => (
  { id, sha256, purpose, subject_id: subject_id ?? null, taken_at: instant(taken_at), caption: caption ?? null }
)

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
const byId = <T extends Entry>(rows: readonly T[]): T[] => [...rows].sort((a, b) => order(a.id, b.id))
const words = (list: readonly string[]): string[] => [...list].sort()
const instant = (moment: Maybe<string>): string | null => (moment ? new Date(moment).toISOString() : null)
