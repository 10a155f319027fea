/** What a visit leaves behind for the car's next one: the rules of server/domain/past.py. */

import type { CarPast, Damage, EstimateLine, Finding, PutOff, Visit } from '../gen/wire'
import { decisionOf } from './estimates'

/** Of work that was put off the newest lines travel with the car. */
const MOST_PUT_OFF = 20

export interface Left {
  visit: Visit
  damages: Damage[]
  findings: Finding[]
  lines: EstimateLine[]
}

/** What is known of the car once this visit has ended, after what was known `before`; rows in the order of ids. */
export function leftBehind(before: CarPast | null, { visit, damages, findings, lines }: Left): CarPast {
  const live = lines.filter((line) => line.dropped === null)
  const seen = damages.map(({ panel, kind, severity, x, y }) => ({ panel, kind, severity, x, y }))
  return {
    visit_id: visit.id,
    number: visit.number,
    kind: visit.kind,
    closed_at: visit.closed_at!,
    odometer_km: visit.quality?.odometer_out_km ?? visit.walkaround?.odometer_km ?? null,
    old_parts: visit.walkaround?.old_parts ?? null,
    wash: visit.walkaround?.wash ?? null,
    damages: seen.length ? seen : (before?.damages ?? []),
    measures: measuresAfter(before?.measures ?? {}, findings),
    put_off: putOffAfter(before?.put_off ?? [], live),
    repaired: live.filter((line) => decisionOf(line) === 'approved' && line.kind !== 'other').map(({ name }) => name),
  }
}

/** The past of the visit that ended last; of several records of one car it is the one that counts. */
export const newest = (one: CarPast | null, other: CarPast | null): CarPast | null =>
  one && other && Date.parse(other.closed_at) > Date.parse(one.closed_at) ? other : (one ?? other)

/** A green item that was only looked at says nothing for later, but it ends an earlier warning. */
function measuresAfter(before: CarPast['measures'], findings: Finding[]): CarPast['measures'] {
  const known = new Map(Object.entries(before))
  for (const { item_code, grade, measure, recorded_at: at } of findings) {
    if (grade === 'green' && !measure) known.delete(item_code)
    else if (grade !== 'not_checked') {
      known.set(item_code, { grade, value: measure?.value ?? null, unit: measure?.unit ?? null, at })
    }
  }
  return Object.fromEntries(known)
}

/** An earlier line is settled once a line that carries it, or one of the same code, was decided on. */
function putOffAfter(before: PutOff[], live: EstimateLine[]): PutOff[] {
  const decided = live.filter(decisionOf)
  const carried = new Set(decided.map((line) => line.carried_from))
  const codes = new Set(decided.map((line) => line.code).filter(Boolean))
  const still = before.filter((past) => !carried.has(past.line_id) && !codes.has(past.code))
  const fresh = decided.filter((line) => decisionOf(line) !== 'approved').map(asPutOff)
  const newestFirst = (a: PutOff, b: PutOff) => Date.parse(b.decided_at) - Date.parse(a.decided_at)
  return [...fresh, ...still].sort(newestFirst).slice(0, MOST_PUT_OFF)
}

function asPutOff(line: EstimateLine): PutOff {
  const about = line.decided.filter((d) => d.version === line.version && d.decision === line.decision)
  const { decision, decided_at } = about[about.length - 1]!
  const { kind, code, name, quantity, unit, unit_price_fen, amount_fen, part_kind, payer } = line
  return {
    line_id: line.id, kind, code, name, quantity, unit, unit_price_fen, amount_fen, part_kind, payer, decision, decided_at,
  }
}
