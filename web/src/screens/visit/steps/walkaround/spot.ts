/** A pin that is being set; it is written down once its kind is known and the person goes on to the next thing. */
import { uuid7, type CommandFields, type DamageKind, type Severity } from '../../../../sync'

/** Where somebody touched the car, and what is said of it so far. */
export interface Spot {
  id: string
  panel: string
  x: number
  y: number
  kind: DamageKind | null
  severity: Severity
  known: boolean
}

/** A touch on the car: nothing is known yet but the place; light is the commonest. */
export const touched = (place: Pick<Spot, 'panel' | 'x' | 'y'>): Spot => ({
  id: uuid7(),
  ...place,
  kind: null,
  severity: 'light',
  known: false,
})

/** The command for a spot whose kind is known. */
export function damageOf(spot: Spot & { kind: DamageKind }, visitId: string, photos: string[]): CommandFields['visit.add_damage'] {
  const { id, ...what } = spot
  return { visit_id: visitId, damage_id: id, ...what, photos }
}
