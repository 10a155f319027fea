/** Time worked on a car: who is at it now, for how long, and clocking on and off with one job at a time for each person. */
import type { Stint, Visit } from '../../gen/wire'
import { db, now as instant, send, session, undo, uuid7 } from '../../sync'
import { t } from '../../i18n'
import { OPEN_STAGES } from '../stages'
import { say } from '../toast'

const MINUTE = 60_000

/** The stints that run now. */
export const running = (visit: Visit): Stint[] => visit.work.filter((one) => one.ended_at === null)

/** The stint that a person has running on this car. */
export const runningOf = (visit: Visit, userId: string | undefined): Stint | undefined =>
  running(visit).find((one) => one.technician_id === userId)

/** Milliseconds of some stints, the running ones up to `now`. */
export const worked = (stints: readonly Stint[], now: number): number =>
  stints.reduce((sum, one) => sum + Math.max(0, (one.ended_at ? Date.parse(one.ended_at) : now) - Date.parse(one.began_at)), 0)

/** A length of time as `h:mm`. */
export function hours(ms: number): string {
  const minutes = Math.floor(ms / MINUTE)
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
}

/** Begins work on a car, or on one line of it; what the person had running anywhere stops. One undo takes it all back. */
export async function clockOn(visit: Visit, lineId: string | null = null): Promise<void> {
  const me = session.state.user?.id
  const at = instant()
  const open = await db.visits.where('stage').anyOf(OPEN_STAGES).toArray()
  const before = open.flatMap((one) => running(one).filter(({ technician_id }) => technician_id === me).map(({ id }) => ({ visit_id: one.id, work_id: id })))
  const sent: string[] = []
  for (const stint of before) sent.unshift((await send('repair.clock_off', { ...stint, at })).id)
  const fields = { visit_id: visit.id, work_id: uuid7(), at, ...(lineId && { line_id: lineId }) }
  sent.unshift((await send('repair.clock_on', fields)).id)
  say(t(before.length ? 'stint.moved' : 'stint.on'), () => takeBack(sent))
}

/** Ends a stint. */
export async function clockOff(visit: Visit, stint: Stint): Promise<void> {
  const { id } = await send('repair.clock_off', { visit_id: visit.id, work_id: stint.id, at: instant() })
  say(t('stint.off'), () => takeBack([id]))
}

/** The newest first, as each builds on the one before. */
async function takeBack(ids: readonly string[]): Promise<void> {
  let taken = true
  for (const id of ids) taken = (await undo(id)) && taken
  say(t(taken ? 'toast.undone' : 'toast.too_late'))
}
