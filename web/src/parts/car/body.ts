/** Which drawing a car gets: by its model, until somebody says otherwise on this tablet. */
import { computed, type Ref } from 'vue'
import { db, watch, type Vehicle } from '../../sync'
import type { Body } from './panels'
import TALL from './tall.json'

/** The body that a car has by its name, of which `tall.json` holds parts in small letters: a saloon when it says nothing. */
export function bodyByModel(vehicle: Pick<Vehicle, 'make' | 'model'> | undefined): Body {
  const name = vehicle ? `${vehicle.make} ${vehicle.model}`.toLowerCase() : ''
  return TALL.some((part) => name.includes(part)) ? 'suv' : 'sedan'
}

/** The body of a car as this tablet draws it, and the way to change it for good. */
export function useBody(vehicle: () => Vehicle | undefined): { body: Readonly<Ref<Body>>; draw: (body: Body) => Promise<void> } {
  const key = (): string => `body.${vehicle()?.id}`
  const said = watch(() => db.read<Body>(key()), key)
  const body = computed(() => said.value ?? bodyByModel(vehicle()))
  return { body, draw: (wanted) => db.remember(key(), wanted) }
}
