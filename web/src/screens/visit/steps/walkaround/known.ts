/** Damages that were there at the last visit, and which of them nobody has looked at in this one. */
import { uuid7, type CommandFields, type PastDamage, type VisitView } from '../../../../sync'

const SAME_PLACE = 0.03

/** The damages of the last visit that this one has not confirmed. */
export function knownOf({ visit, vehicle, damages }: VisitView): PastDamage[] {
  const past = vehicle?.last
  if (!past || past.visit_id === visit.id) return []
  return past.damages.filter((known) => !damages.some((seen) => isSame(seen, known)))
}

const isSame = (seen: PastDamage, known: PastDamage): boolean =>
  seen.panel === known.panel &&
  seen.kind === known.kind &&
  Math.hypot(seen.x - known.x, seen.y - known.y) < SAME_PLACE

/** The command that says that a known damage is still there. */
export const stillThere = ({ panel, kind, severity, x, y }: PastDamage, visitId: string): CommandFields['visit.add_damage'] => ({
  visit_id: visitId,
  damage_id: uuid7(),
  panel,
  kind,
  severity,
  x,
  y,
  photos: [],
  known: true,
})
