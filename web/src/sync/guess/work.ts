/** Guesses from the estimate to the handover, and for reviews. */

import { lineAmount } from '../../domain/money'
import type { Decision, EstimateLine } from '../../gen/wire'
import { allows, judge } from '../stages'
import { handOver } from './afterwards'
import { append, frozen, moveTo, step, type Guesses } from './scene'
import { odometer } from './visits'

type Decided = EstimateLine['decided'][number]

export const work: Guesses = {
  'estimate.add_line': (draft, f, scene) => {
    const visit = draft.get('visits', f.visit_id)
    if (!visit || frozen(visit) || draft.get('estimate_lines', f.line_id)) return
    const price = { quantity: f.quantity, unit_price_fen: f.unit_price_fen, discount_fen: f.discount_fen ?? 0 }
    const payer = f.payer ?? visit.payer
    draft.put('estimate_lines', {
      id: f.line_id, rev: 0, visit_id: visit.id, version: 1, kind: f.kind, code: f.code ?? null, name: f.name,
      unit: f.unit, ...price, amount_fen: amount(price), part_kind: f.part_kind ?? null,
      payer, finding_id: f.finding_id ?? null, carried_from: f.carried_from ?? null, decision: null, decided_version: null,
      decided: [], versions: [{ version: 1, name: f.name, ...price, payer, reason: null, dropped: null, at: scene.at, by: scene.user }],
      dropped: null, created_at: scene.at,
    })
  },

  'estimate.revise_line': (draft, f, scene) =>
    draft.change('estimate_lines', f.line_id, (line) => {
      if (line.version !== f.seen_version) return undefined
      const price = {
        quantity: f.quantity ?? line.quantity,
        unit_price_fen: f.unit_price_fen ?? line.unit_price_fen,
        discount_fen: f.discount_fen ?? line.discount_fen,
      }
      const said = { name: f.name ?? line.name, payer: f.payer ?? line.payer, ...price }
      const version = line.version + 1
      return {
        ...said, version, amount_fen: amount(price), decision: null, decided_version: null, dropped: null,
        versions: [
          ...line.versions.map((one, i, all) => (i === all.length - 1 ? { ...one, dropped: line.dropped } : one)),
          { version, ...said, reason: f.reason, dropped: null, at: scene.at, by: scene.user },
        ],
      }
    }),

  'estimate.drop_line': (draft, f) =>
    draft.change('estimate_lines', f.line_id, (line) =>
      line.version === f.seen_version ? { dropped: line.dropped ?? f.reason } : undefined,
    ),

  'estimate.present': (draft, f, scene) => {
    const visit = draft.get('visits', f.visit_id)
    if (!visit || frozen(visit) || visit.stage === 'quality_check' || visit.stage === 'awaiting_parts') return
    const shown = new Map([...visit.presented, ...f.lines].map((line) => [line.line_id, line]))
    draft.change('visits', visit.id, () => ({ presented: [...shown.values()] }))
    const waits = allows(visit.stage, 'awaiting_approval', 'estimate.present')
    if (waits) moveTo(draft, visit.id, 'awaiting_approval', scene)
  },

  'estimate.decide': (draft, f, scene) => {
    const visit = draft.get('visits', f.visit_id)
    for (const { line_id, version, decision, amount_fen } of f.decisions) {
      draft.change('estimate_lines', line_id, (line) => {
        const entry: Decided = {
          id: scene.id, version, decision, by: f.decided_by, channel: f.channel, decided_at: f.decided_at,
          replaces: f.replaces ?? [], amount_fen: amount_fen ?? null,
        }
        const decided = append(line.decided, entry)
        return visit && frozen(visit) ? { decided } : { decided, ...standing(decided, line) }
      })
    }
  },

  'repair.advance': (draft, f, scene) => {
    const [visit, from, to] = [draft.get('visits', f.visit_id), f.stage.from, f.stage.to]
    if (!visit || !from || !to) return
    const verdict = judge(visit.trail, from, to, 'repair.advance', f.seen_moves ?? null)
    if (verdict === 'move') moveTo(draft, f.visit_id, to, scene, f.note ?? null)
    if (verdict === 'already' && f.note) step(draft, visit, 'note', scene, f.note)
  },

  'repair.use_part': (draft, f, scene) =>
    draft.change('visits', f.visit_id, (visit) => ({
      parts_used: append(visit.parts_used, {
        id: f.usage_id, line_id: f.line_id ?? null, code: f.code, name: f.name, quantity: f.quantity, at: scene.at,
      }),
    })),

  'repair.note': (draft, f, scene) => {
    const visit = draft.get('visits', f.visit_id)
    if (!visit) return
    draft.put('progress', {
      id: f.note_id, rev: 0, visit_id: visit.id, kind: 'note', stage: null, ready_at: null, text: f.text,
      visible_to_customer: f.visible_to_customer, at: scene.at, by: scene.user,
    })
  },

  'quality.pass': (draft, f, scene) => {
    const visit = draft.get('visits', f.visit_id)
    if (visit?.stage !== 'quality_check' || (visit.technician_id && visit.technician_id === scene.user)) return
    const quality = {
      id: scene.id, passed: true, checks: f.checks, reasons: [], road_test_km: f.road_test_km ?? null,
      odometer_out_km: f.odometer_out_km ?? null, note: f.note ?? null, by: scene.user, at: scene.at,
    }
    draft.change('visits', visit.id, () => ({ quality, quality_history: append(visit.quality_history, quality) }))
    if (f.odometer_out_km) odometer(draft, visit.id, f.odometer_out_km, false)
    moveTo(draft, visit.id, 'settling', scene)
  },

  'quality.fail': (draft, f, scene) => {
    const visit = draft.get('visits', f.visit_id)
    if (visit?.stage !== 'quality_check') return
    const quality = {
      id: scene.id, passed: false, checks: [], reasons: f.reasons, road_test_km: null, odometer_out_km: null,
      note: f.note ?? null, by: scene.user, at: scene.at,
    }
    draft.change('visits', visit.id, () => ({ quality, quality_history: append(visit.quality_history, quality) }))
    moveTo(draft, visit.id, 'repairing', scene)
  },

  'settlement.issue': (draft, f, scene) =>
    draft.change('visits', f.visit_id, (visit) =>
      visit.stage === 'settling' || visit.stage === 'ready'
        ? {
            settlement: {
              id: f.settlement_id, lines: f.lines, discount_fen: f.discount_fen, total_fen: f.total_fen,
              invoice: f.invoice ?? null, issued_at: scene.at, by: scene.user,
            },
          }
        : undefined,
    ),

  'settlement.record_payment': (draft, f) =>
    draft.change('visits', f.visit_id, (visit) => ({
      payments: append(visit.payments, {
        id: f.payment_id, method: f.method, amount_fen: f.amount_fen, reference: f.reference ?? null,
        refund_of: f.refund_of ?? null, paid_at: f.paid_at,
      }),
    })),

  'handover.sign': (draft, f, scene) => {
    const visit = draft.get('visits', f.visit_id)
    if (!visit) return
    draft.put('signatures', {
      id: f.signature_id, rev: 0, visit_id: visit.id, purpose: f.purpose, document: f.document,
      document_hash: f.document_hash, strokes: f.strokes as unknown as Record<string, unknown>,
      strokes_hash: f.strokes_hash, signer: f.signer, jws: f.jws, evidence: f.evidence ?? null, device_id: scene.device_id, state: 'accepted',
      signed_at: f.signed_at, received_at: scene.at, sealed_at: null, pdf_sha256: null,
    })
    if (f.purpose === 'handover' && visit.stage === 'ready') handOver(draft, visit.id, scene)
  },

  'handover.release': (draft, f, scene) => {
    const visit = draft.get('visits', f.visit_id)
    if (visit?.stage !== 'ready') return
    const release = { reason: f.reason, witness: f.witness ?? null, note: f.note, at: scene.at, by: scene.user }
    draft.change('visits', visit.id, () => ({ release }))
    handOver(draft, visit.id, scene)
  },

  'review.resolve': (draft, f, scene) => {
    draft.change('merge_proposals', f.review_id, (proposal) =>
      proposal.state === 'open' && proposal.rev === f.seen_rev ? { state: 'dismissed' as const } : undefined,
    )
    draft.change('reviews', f.review_id, (review) =>
      review.state === 'open' && review.rev === f.seen_rev
        ? {
            state: 'resolved' as const, resolution: f.action, resolution_reason: f.reason ?? null,
            resolved_by: scene.user, resolved_at: scene.at,
          }
        : undefined,
    )
  },
}

/**
 * The decision that counts for a version and its price: decisions that no other one replaces must agree, else none
 * counts.
 */
export function standing(
  decided: Decided[],
  { version, amount_fen }: Pick<EstimateLine, 'version' | 'amount_fen'>,
): Pick<EstimateLine, 'decision' | 'decided_version'> {
  const priced = (entry: Decided): boolean => entry.amount_fen === null || entry.amount_fen === amount_fen
  const about = decided.filter((entry) => entry.version === version && priced(entry))
  const replaced = new Set(about.flatMap((entry) => entry.replaces))
  const left = new Set<Decision>(about.filter((entry) => !replaced.has(entry.id)).map((entry) => entry.decision))
  const [only = null] = left.size === 1 ? left : []
  return { decision: only, decided_version: only && version }
}

/** A line's amount in fen; what cannot be read counts as nothing until the server has spoken. */
function amount(price: { quantity: string; unit_price_fen: number; discount_fen: number }): number {
  try {
    return lineAmount(price.quantity, price.unit_price_fen, price.discount_fen)
  } catch {
    return 0
  }
}
