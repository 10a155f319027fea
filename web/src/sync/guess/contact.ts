/** Guesses for appointments, and for how a customer is reached. */

import type { Appointment } from '../../gen/wire'
import { scalar, scalars, type Guesses } from './scene'

/** Whether somebody is still expected; then an appointment can be moved or cancelled. */
export const isComing = ({ status }: Appointment): boolean => status === 'requested' || status === 'booked'

export const contact: Guesses = {
  'appointment.book': (draft, f, scene) => {
    if (draft.get('appointments', f.appointment_id)) return
    draft.put('appointments', {
      id: f.appointment_id, rev: 0, store_id: scene.store_id, customer_id: f.customer_id,
      vehicle_id: f.vehicle_id ?? null, at: f.at, work: f.work, note: f.note ?? null, status: 'booked',
      cancel_reason: null, visit_id: null,
    })
  },

  'appointment.accept': (draft, f) =>
    draft.change('appointments', f.appointment_id, (row) =>
      isComing(row) ? { status: 'booked' as const, ...(f.at && { at: scalar(row.at, f.at) }) } : undefined,
    ),

  'appointment.move': (draft, f) =>
    draft.change('appointments', f.appointment_id, (row) => (isComing(row) ? { at: scalar(row.at, f.at) } : undefined)),

  'appointment.cancel': (draft, f) =>
    draft.change('appointments', f.appointment_id, (row) =>
      isComing(row) ? { status: 'cancelled' as const, cancel_reason: f.reason } : undefined,
    ),

  'customer.set_contact': (draft, f) => {
    const { customer_id, ...changes } = f
    draft.change('customers', customer_id, (row) => scalars(row, changes))
  },

  // The server decides when the record leaves the tablet: a car of the customer may be in the shop.
  'customer.restrict': (draft, f, scene) =>
    draft.change('customers', f.customer_id, ({ restricted }) =>
      restricted ? undefined : { restricted: { reason: f.reason, at: f.restricted_at, by: scene.user } },
    ),
  'customer.lift_restriction': (draft, f) => draft.change('customers', f.customer_id, () => ({ restricted: null })),

  'message.send_again': (draft, f) =>
    draft.change('messages', f.message_id, ({ state }) =>
      state === 'failed' || state === 'not_sent' ? { state: 'waiting' as const, why: null } : undefined,
    ),

  'push.acknowledge': (draft, f) => draft.change('messages', f.message_id, () => ({ state: 'seen' as const })),

  // The link is a row that no tablet holds.
  'visit.renew_link': () => undefined,
  'visit.revoke_link': () => undefined,
}
