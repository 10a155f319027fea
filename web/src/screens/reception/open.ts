/** Opening the visit: what is new is registered first, then everything that was taken up is put on the visit. */
import { db, send, uuid7 } from '../../sync'
import type { Customer, Vehicle, VisitKind } from '../../gen/wire'
import { spoken, t } from '../../i18n'
import { addRecall } from '../../parts/marks/takeup'
import { carry } from '../../parts/visit/carried'
import { registerCustomer, registerVehicle, type Entry } from './entry'

/** The form of the reception and what is known already; gives the id of the new visit. */
export async function openVisit(form: Entry, car: Vehicle | null, person: Customer | null, appointmentId?: string): Promise<string> {
  const customerId = person?.id ?? uuid7()
  const vehicleId = car?.id ?? uuid7()
  const visitId = uuid7()
  if (!person) await send('customer.register', registerCustomer(customerId, form))
  if (!car) await send('vehicle.register', registerVehicle(vehicleId, customerId, form))
  await send('visit.open', {
    visit_id: visitId,
    vehicle_id: vehicleId,
    customer_id: customerId,
    kind: form.kind,
    payer: form.payer,
    ...(appointmentId && { appointment_id: appointmentId }),
    ...(form.comeback && car?.last && { comeback_of: car.last.visit_id }),
  })
  if (car) await takeAlong(visitId, car, form)
  return visitId
}

async function takeAlong(visitId: string, car: Vehicle, { recalls, again }: Entry): Promise<void> {
  for (const recall of car.recalls) if (recalls.includes(recall.id)) await addRecall(visitId, recall)
  const work = car.last?.put_off.filter((one) => again.includes(one.line_id)) ?? []
  const visit = await db.visits.get(visitId)
  if (visit && work.length) await carry(visit, work, t('proposal.added', { n: work.length }))
}

/** Works that appointments are made for, as they are written, and the kind of visit that each becomes. */
const KINDS: Readonly<Record<string, VisitKind>> = { service: 'maintenance', repair: 'repair', brakes: 'repair', tyres: 'repair', body: 'accident' }

/** The kind of visit that an appointment was made for, where its words are the usual ones. */
export const kindOfWork = (work: string | undefined): VisitKind | undefined =>
  Object.entries(KINDS).find(([key]) => spoken(`appointment.work.${key}`) === work)?.[1]
