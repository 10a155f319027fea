/** What a reception still lacks, and where it is put in: named at every step of it, never in the way. */
import type { VisitView } from '../../sync'
import { consentOf } from '../consent/consent'
import type { Step } from './steps'

/** One thing that is missing; `hook` is the test id of its control, `n` how many. */
export interface Missing {
  key: 'concern' | 'odometer' | 'energy' | 'valuables' | 'promise' | 'consent' | 'photos' | 'signature'
  step: Step
  hook: string
  n?: number
}

/** What stands in the forms but was not written down yet. */
export interface Typed {
  concern?: boolean
  odometer?: boolean
  energy?: boolean
  valuables?: boolean
}

/** The photos that every car gets, by their slot under `photo.slot.`. */
export const CORNERS = ['front_left', 'front_right', 'rear_left', 'rear_right'] as const

/** What is missing, in the order in which it is asked; a car that comes for its service needs no complaint. */
export function missingOf({ visit, customer, photos, signatures }: VisitView, typed: Typed = {}): Missing[] {
  const seen = visit.walkaround
  const asked = !['maintenance', 'recall'].includes(visit.kind)
  const corners = Math.max(0, CORNERS.length - photos.filter((photo) => photo.purpose === 'walkaround').length)
  const all: [boolean, Missing][] = [
    [asked && !visit.concerns.length && !typed.concern, { key: 'concern', step: 'checkin', hook: 'concern-words' }],
    [!seen && !typed.odometer, { key: 'odometer', step: 'checkin', hook: 'odometer' }],
    [!seen && !typed.energy, { key: 'energy', step: 'checkin', hook: 'energy' }],
    [!seen?.valuables_reminded && !typed.valuables, { key: 'valuables', step: 'checkin', hook: 'valuables' }],
    [!visit.ready_at, { key: 'promise', step: 'checkin', hook: 'promise-time' }],
    [
      customer !== undefined && consentOf(customer, 'service_messages') === 'unasked',
      { key: 'consent', step: 'checkin', hook: 'consent-service_messages-granted' },
    ],
    [corners > 0, { key: 'photos', step: 'walkaround', hook: 'photo-add', n: corners }],
    [!signatures.some((one) => one.purpose === 'contract' && one.state === 'accepted'), { key: 'signature', step: 'contract', hook: 'signature-pad' }],
  ]
  return all.filter(([missing]) => missing).map(([, one]) => one)
}
