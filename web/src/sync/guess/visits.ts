/** Guesses for the visit itself: reception, photos, diagnosis. */

import type { Finding, Visit } from '../../gen/wire'
import type { Draft } from '../draft'
import { BEFORE_SETTLING } from '../stages'
import { append, frozen, moveTo, same, scalar, step, type Guesses } from './scene'

export const visits: Guesses = {
  'visit.open': (draft, f, scene) => {
    if (draft.get('visits', f.visit_id)) return
    const visit: Visit = {
      id: f.visit_id, rev: 0, store_id: scene.store_id, number: f.local_number ?? '',
      local_number: f.local_number ?? null,
      vehicle_id: f.vehicle_id, customer_id: f.customer_id, kind: f.kind, payer: f.payer,
      appointment_id: f.appointment_id ?? null, comeback_of: f.comeback_of ?? null, advisor_id: scene.user,
      technician_id: null, stage: 'checked_in', moves: 0, trail: ['checked_in'], opened_at: scene.at, closed_at: null,
      ready_at: null, concerns: [], walkaround: null, readings: [], presented: [], parts_used: [], quality: null,
      quality_history: [], settlement: null, payments: [], advice: [], report: null, release: null,
      released_document: null, cancel_reason: null, survey: null, work: [], calls: [], questions: [],
    }
    draft.put('visits', visit)
    step(draft, visit, 'stage', scene)
    if (!f.appointment_id) return
    draft.change('appointments', f.appointment_id, () => ({ status: 'arrived' as const, visit_id: f.visit_id }))
  },

  'visit.record_walkaround': (draft, f, scene) => {
    const reading = {
      id: scene.id, odometer_km: f.odometer_km, energy_pct: f.energy_pct, warning_lamps: f.warning_lamps ?? [],
      belongings: f.belongings ?? [], old_parts: f.old_parts, wash: f.wash, valuables_reminded: f.valuables_reminded,
      key_tag: f.key_tag ?? null, parking_place: f.parking_place ?? null, correction: f.correction?.reason ?? null,
      at: scene.at, by: scene.user,
    }
    draft.change('visits', f.visit_id, (visit) => ({ walkaround: reading, readings: append(visit.readings, reading) }))
    odometer(draft, f.visit_id, f.odometer_km, Boolean(f.correction))
  },

  'visit.add_concern': (draft, f) =>
    draft.change('visits', f.visit_id, (visit) => ({
      concerns: append(visit.concerns, {
        id: f.concern_id, words: f.words, condition: f.condition ?? null, frequency: f.frequency ?? null,
      }),
    })),

  'visit.add_damage': (draft, f, scene) => {
    const visit = draft.get('visits', f.visit_id)
    if (!visit) return
    draft.put('damages', {
      id: f.damage_id, rev: 0, visit_id: visit.id, panel: f.panel, kind: f.kind, severity: f.severity, x: f.x, y: f.y,
      photos: f.photos ?? [], known: f.known ?? false, recorded_at: scene.at, recorded_by: scene.user,
    })
  },

  'visit.promise': (draft, f, scene) => {
    draft.change('visits', f.visit_id, (visit) => ({ ready_at: scalar(visit.ready_at, f.ready_at) }))
    const visit = draft.get('visits', f.visit_id)
    if (visit && visit.ready_at === f.ready_at.to) step(draft, visit, 'promise', scene, f.reason ?? null)
  },

  'visit.assign': (draft, f, scene) => {
    const visit = draft.get('visits', f.visit_id)
    if (!visit || frozen(visit)) return
    const technician_id = scalar(visit.technician_id, f.technician_id)
    draft.change('visits', visit.id, () => ({ technician_id }))
    if (visit.stage === 'checked_in' && technician_id === f.technician_id.to) moveTo(draft, visit.id, 'assigned', scene)
  },

  'visit.advise': (draft, f) =>
    draft.change('visits', f.visit_id, (visit) => ({
      advice: append(visit.advice, {
        id: f.advice_id, text: f.text, next_km: f.next_km ?? null, next_on: f.next_on ?? null,
      }),
    })),

  'visit.cancel': (draft, f, scene) => {
    const visit = draft.get('visits', f.visit_id)
    if (!visit || !BEFORE_SETTLING.has(visit.stage)) return
    draft.change('visits', f.visit_id, () => ({ cancel_reason: f.reason }))
    moveTo(draft, f.visit_id, 'cancelled', scene)
  },

  'photo.add': (draft, f) => {
    const visit = draft.get('visits', f.visit_id)
    if (!visit || draft.get('photos', f.photo_id)) return
    draft.put('photos', {
      id: f.photo_id, rev: 0, visit_id: visit.id, sha256: f.sha256, media_type: f.media_type, bytes: f.bytes,
      purpose: f.purpose, subject_id: f.subject_id ?? null, taken_at: f.taken_at, caption: f.caption ?? null,
      uploaded: false, waived: null,
    })
  },

  'photo.waive': (draft, f) =>
    draft.change('photos', f.photo_id, (row) => ({ waived: row.waived ?? f.reason })),

  'finding.record': (draft, f, scene) => {
    const visit = draft.get('visits', f.visit_id)
    if (!visit || draft.get('findings', f.finding_id)) return
    draft.put('findings', {
      id: f.finding_id, rev: 0, visit_id: visit.id, version: 1, item_code: f.item_code, grade: f.grade,
      measure: f.measure ?? null, dtcs: f.dtcs ?? [], cause: f.cause ?? null, plan: f.plan ?? null,
      budget_fen: f.budget_fen ?? null, photos: f.photos ?? [], touched: {}, recorded_at: scene.at,
      recorded_by: scene.user,
    })
  },

  'finding.revise': (draft, f) =>
    draft.change('findings', f.finding_id, (row) => {
      const { finding_id: _id, seen_version: _version, seen, ...fields } = f
      const given = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)
      const mine = given.filter(([name]) =>
        seen
          ? same(row[name as keyof Finding], seen[name as keyof typeof seen])
          : Number(row.touched[name] ?? 1) <= f.seen_version,
      )
      const version = row.version + 1
      const touched = { ...row.touched, ...Object.fromEntries(mine.map(([name]) => [name, version])) }
      return mine.length ? { ...(Object.fromEntries(mine) as Partial<Finding>), version, touched } : undefined
    }),

  'report.publish': (draft, f, scene) => {
    const visit = draft.get('visits', f.visit_id)
    if (!visit) return
    const findings = draft.all('findings').filter((finding) => finding.visit_id === visit.id)
    const shown = findings.map(({ id, version }) => ({ finding_id: id, version }))
    draft.change('visits', visit.id, () => ({ report: { id: f.report_id, findings: shown, published_at: scene.at } }))
    step(draft, visit, 'report', scene)
  },
}

/** The odometer never goes down, unless a correction says why. */
export function odometer(draft: Draft, visitId: string, km: number, corrected: boolean): void {
  const vehicleId = draft.get('visits', visitId)?.vehicle_id
  if (!vehicleId) return
  draft.change('vehicles', vehicleId, ({ odometer_km: known }) =>
    known === null || km >= known || corrected ? { odometer_km: km } : undefined,
  )
}
