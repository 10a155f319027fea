/** The stages of a visit (进度) and the table of moves; the twin of server/domain/stages.py. */

import type { Stage } from '../gen/wire'

export const STAGES: readonly Stage[] = [
  'checked_in', 'assigned', 'diagnosing', 'awaiting_approval', 'awaiting_parts', 'repairing', 'quality_check',
  'settling', 'ready', 'handed_over', 'cancelled',
]

export const CLOSED: ReadonlySet<Stage> = new Set(['handed_over', 'cancelled'])

const NOT_BEFORE_SETTLING = new Set<Stage>(['settling', 'ready', 'handed_over', 'cancelled'])
export const BEFORE_SETTLING: ReadonlySet<Stage> = new Set(STAGES.filter((stage) => !NOT_BEFORE_SETTLING.has(stage)))

/** What moves a visit; `handover` stands for handover.sign (purpose handover) and handover.release. */
export type Mover =
  'visit.assign' | 'repair.advance' | 'estimate.present' | 'quality.pass' | 'quality.fail' | 'handover' | 'visit.cancel'

/** From a stage to a stage, and the command that makes the move. What is not here is refused. */
export const MOVES: Partial<Record<Stage, Partial<Record<Stage, Mover>>>> = {
  checked_in: { assigned: 'visit.assign', cancelled: 'visit.cancel' },
  assigned: { diagnosing: 'repair.advance', cancelled: 'visit.cancel' },
  diagnosing: { awaiting_approval: 'estimate.present', repairing: 'repair.advance', cancelled: 'visit.cancel' },
  awaiting_approval: {
    repairing: 'repair.advance', awaiting_parts: 'repair.advance', settling: 'repair.advance',
    cancelled: 'visit.cancel',
  },
  awaiting_parts: { repairing: 'repair.advance', cancelled: 'visit.cancel' },
  repairing: {
    quality_check: 'repair.advance', awaiting_parts: 'repair.advance', awaiting_approval: 'estimate.present',
    cancelled: 'visit.cancel',
  },
  quality_check: { settling: 'quality.pass', repairing: 'quality.fail', cancelled: 'visit.cancel' },
  settling: { ready: 'repair.advance', repairing: 'repair.advance' },
  ready: { handed_over: 'handover', repairing: 'repair.advance' },
}

/** Moves that go back and must say why. */
export function needsNote(from: Stage, to: Stage): boolean {
  return to === 'repairing' && (from === 'settling' || from === 'ready')
}

/** The moves that repair.advance may make from a stage. */
export function nextStages(from: Stage): Stage[] {
  const moves = Object.entries(MOVES[from] ?? {})
  return moves.filter(([, by]) => by === 'repair.advance').map(([to]) => to as Stage)
}

/** Whether `by` may move a visit from one stage to another. */
export function allows(from: Stage, to: Stage, by: string): boolean {
  return MOVES[from]?.[to] === by
}

/**
 * What a wish to go from `start` to `end` means for a visit that went through `trail`. `seenMoves` is how many moves
 * the person had seen: a `start` that was entered again since then is stale, a move made at or after it is already
 * done.
 */
export function judge(
  trail: Stage[], start: Stage, end: Stage, by: string, seenMoves: number | null,
): 'move' | 'already' | 'stale' | 'wrong' {
  if (trail.at(-1) === start && allows(start, end, by)) {
    return seenMoves !== null && trail.length - 1 > seenMoves ? 'stale' : 'move'
  }
  const first = seenMoves === null ? 0 : Math.min(seenMoves, trail.length)
  const made = trail.some((stage, at) => at >= first && stage === start && trail[at + 1] === end)
  return made && allows(start, end, by) ? 'already' : 'wrong'
}
