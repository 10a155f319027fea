/** Guesses for the time that people work on a car, its recalls, the calls after the visit, and what it leaves behind. */

import { leftBehind } from '../../domain/past'
import type { Kind, Rows } from '../../gen/wire'
import type { Draft } from '../draft'
import { append, moveTo, type Guesses, type Scene } from './scene'

export const afterwards: Guesses = {
  'repair.clock_on': (draft, f, scene) =>
    draft.change('visits', f.visit_id, (visit) => ({
      work: append(visit.work, {
        id: f.work_id, technician_id: scene.user, line_id: f.line_id ?? null, began_at: f.at, ended_at: null,
      }),
    })),

  'repair.clock_off': (draft, f) =>
    draft.change('visits', f.visit_id, (visit) => ({
      work: visit.work.map((one) => (one.id === f.work_id && !one.ended_at ? { ...one, ended_at: f.at } : one)),
    })),

  'survey.record_call': (draft, f, scene) =>
    draft.change('visits', f.visit_id, (visit) => ({
      calls: append(visit.calls, { id: f.call_id, reached: f.reached, text: f.text ?? null, at: f.at, by: scene.user }),
    })),

  'handover.amend': (draft, f, scene) => {
    const visit = draft.get('visits', f.visit_id)
    if (visit?.stage !== 'handed_over') return
    const { amendment_id: id, amends, reason, corrections, amended_at } = f
    // the document and its hash are the centre's; without them nothing can be built on this one yet
    draft.put('amendments', {
      id, rev: 0, visit_id: visit.id, amends, reason, corrections, document: {}, document_hash: '', by: scene.user,
      amended_at, received_at: scene.at, sealed_at: null, pdf_sha256: null,
    })
  },

  'vehicle.add_recall': (draft, f, scene) =>
    draft.change('vehicles', f.vehicle_id, ({ recalls }) => {
      if (recalls.some((known) => known.code === f.code && !known.done_at)) return undefined
      const { recall_id: id, code, title } = f
      const fresh = { id, code, title, action: f.action ?? null, opened_at: scene.at, done_at: null, done_in: null }
      return { recalls: append(recalls, fresh) }
    }),

  'vehicle.close_recall': (draft, f, scene) =>
    draft.change('vehicles', f.vehicle_id, ({ recalls }) => {
      const done_in = f.visit_id ? (draft.get('visits', f.visit_id)?.id ?? f.visit_id) : null
      const done = { done_at: scene.at, done_in }
      return { recalls: recalls.map((one) => (one.id === f.recall_id && !one.done_at ? { ...one, ...done } : one)) }
    }),
}

/** The visit ends, and its car carries on what it left behind. */
export function handOver(draft: Draft, visitId: string, scene: Scene): void {
  moveTo(draft, visitId, 'handed_over', scene)
  const visit = draft.get('visits', visitId)
  if (!visit) return
  const hanging = <K extends 'damages' | 'findings' | 'estimate_lines'>(kind: K) => hangingOn(draft, kind, visit.id)
  const left = { visit, damages: hanging('damages'), findings: hanging('findings'), lines: hanging('estimate_lines') }
  draft.change('vehicles', visit.vehicle_id, ({ last }) => ({ last: leftBehind(last, left) }))
}

/** What hangs on a visit, in the order of ids. */
function hangingOn<K extends Kind>(draft: Draft, kind: K, visitId: string): Rows[K][] {
  const rows = draft.all(kind).filter((row) => 'visit_id' in row && row.visit_id === visitId)
  return rows.sort((a, b) => (a.id < b.id ? -1 : 1))
}
