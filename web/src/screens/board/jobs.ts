/** What a technician has to do: the cars given to them, what holds each one up and since when. */
import type { EstimateLine, Stage, Visit } from '../../gen/wire'
import { db } from '../../sync'
import { byDecision } from '../../parts/visit/lines'
import { runningOf } from '../../parts/visit/stints'
import { type InShop, inShop } from '../today/lists'

/** A car on somebody's list; `since` and `note` belong to the stage that it stands in. */
export interface Job extends InShop {
  lines: EstimateLine[]
  since: string
  note: string | null
}

const BLOCKED: ReadonlySet<Stage> = new Set<Stage>(['awaiting_approval', 'awaiting_parts', 'quality_check'])

/** Whether somebody else has to act before the technician can go on. */
export const isBlocked = (visit: Visit): boolean => BLOCKED.has(visit.stage)

/** The cars given to a person: the one in hand first, then what can be done, then what waits for others. */
export async function jobsOf(userId: string): Promise<Job[]> {
  const cars = (await inShop()).filter(({ visit }) => visit.technician_id === userId && visit.stage !== 'ready' && visit.stage !== 'settling')
  const jobs = await Promise.all(cars.map(withWork))
  const rank = ({ visit }: Job): number => (runningOf(visit, userId) ? 0 : isBlocked(visit) ? 2 : 1)
  return jobs.sort((a, b) => rank(a) - rank(b))
}

async function withWork(car: InShop): Promise<Job> {
  const [lines, story] = await Promise.all([
    db.estimate_lines.where('visit_id').equals(car.visit.id).toArray(),
    db.progress.where('visit_id').equals(car.visit.id).toArray(),
  ])
  const steps = story.sort((a, b) => a.at.localeCompare(b.at))
  const entered = steps.findLast((one) => one.kind === 'stage' && one.stage === car.visit.stage)
  const noted = steps.findLast((one) => one.text && one.at >= (entered?.at ?? ''))
  return { ...car, lines: byDecision(lines).approved, since: entered?.at ?? car.visit.opened_at, note: noted?.text ?? null }
}
