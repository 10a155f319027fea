/** The steps of a visit screen: which are done, and which one the visit stands at. */
import type { Stage, VisitView } from '../../sync'
import type { IconName } from '../icons'
import { isPast } from '../stages'
import { allPresented, byDecision, liveLines } from './lines'

/** The steps in the order in which a car meets them. */
export const STEPS = [
  'checkin',
  'walkaround',
  'contract',
  'diagnosis',
  'estimate',
  'decision',
  'repair',
  'quality',
  'settlement',
  'handover',
] as const

/** A step of the visit screen; `progress` is the story so far. */
export type Step = (typeof STEPS)[number]

/** The icon of each step. */
export const STEP_ICONS: Record<Step | 'progress', IconName> = {
  checkin: 'reception',
  walkaround: 'eye',
  contract: 'pen',
  diagnosis: 'stethoscope',
  estimate: 'clipboard',
  decision: 'chat',
  repair: 'wrench',
  quality: 'shield',
  settlement: 'money',
  handover: 'key',
  progress: 'clock',
}

const AT_STAGE: Record<Stage, Step> = {
  checked_in: 'checkin',
  assigned: 'diagnosis',
  diagnosing: 'diagnosis',
  awaiting_approval: 'decision',
  awaiting_parts: 'repair',
  repairing: 'repair',
  quality_check: 'quality',
  settling: 'settlement',
  ready: 'handover',
  handed_over: 'handover',
  cancelled: 'checkin',
}

/** Which steps are done, read from what was recorded. */
export function doneSteps({ visit, lines, findings, damages, photos, signatures }: VisitView): Record<Step, boolean> {
  const decided = byDecision(lines)
  const live = liveLines(lines)
  return {
    checkin: visit.walkaround !== null,
    walkaround: damages.length > 0 || photos.some((photo) => photo.purpose === 'walkaround'),
    contract: signatures.some((signature) => signature.purpose === 'contract' && signature.state === 'accepted'),
    diagnosis: findings.length > 0 && isPast(visit.stage, 'diagnosing'),
    estimate: live.length > 0 && allPresented(lines, visit.presented),
    decision: live.length > 0 && decided.open.length === 0,
    repair: isPast(visit.stage, 'repairing'),
    quality: visit.quality?.passed === true,
    settlement: visit.settlement !== null && isPast(visit.stage, 'settling'),
    handover: visit.stage === 'handed_over',
  }
}

/** The step that the visit stands at: by stage, and at reception by what is still missing. */
export function currentStep(view: VisitView): Step {
  const step = AT_STAGE[view.visit.stage]
  if (view.visit.stage !== 'checked_in') return step
  const done = doneSteps(view)
  return (['checkin', 'walkaround', 'contract'] as const).find((one) => !done[one]) ?? 'diagnosis'
}

/** The step after this one. */
export const nextStep = (step: Step): Step => STEPS[Math.min(STEPS.indexOf(step) + 1, STEPS.length - 1)]!
