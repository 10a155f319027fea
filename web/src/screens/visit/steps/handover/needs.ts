/** What a handover still needs, and at which step it is done. */
import { isPast } from '../../../../parts/stages'
import type { VisitView } from '../../../../sync'
import { byDecision } from '../../../../parts/visit/lines'
import type { Step } from '../../../../parts/visit/steps'

/** One thing that is missing before the car can go; `key` names its words. */
export interface Need {
  key: 'decisions' | 'repair' | 'quality' | 'bill' | 'ready'
  step: Step
}

/** What is missing, in the order in which it is done. Payment is never on the list. */
export function needsOf({ visit, lines }: VisitView): Need[] {
  const said = byDecision(lines)
  const needs: [boolean, Need][] = [
    [said.open.length > 0, { key: 'decisions', step: 'decision' }],
    [!isPast(visit.stage, 'repairing'), { key: 'repair', step: 'repair' }],
    [said.approved.length > 0 && visit.quality?.passed !== true, { key: 'quality', step: 'quality' }],
    [visit.settlement === null, { key: 'bill', step: 'settlement' }],
    [visit.stage !== 'ready', { key: 'ready', step: 'settlement' }],
  ]
  return needs.filter(([missing]) => missing).map(([, need]) => need)
}
