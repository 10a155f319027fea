// @vitest-environment happy-dom
/** What a car and its people bring along, and what becomes of it when the visit is opened. */
import { beforeEach, expect, test } from 'vitest'
import { db } from '../../src/sync'
import type { CarPast, PutOff } from '../../src/gen/wire'
import VisitMarks from '../../src/parts/visit/VisitMarks.vue'
import { marksOf } from '../../src/parts/marks/marks'
import { toast } from '../../src/parts/toast'
import ReceptionPanel from '../../src/screens/reception/ReceptionPanel.vue'
import { customer, show, showStep, signIn, until, vehicle, visit } from './mounting'

const at = (hook: string): string => `[data-testid="${hook}"]`
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString()
const putOff: PutOff = {
  line_id: 'old', kind: 'part', code: 'BP-001', name: '前制动片', quantity: '1', unit: '套', unit_price_fen: 60_000, amount_fen: 60_000,
  part_kind: 'oem', payer: 'customer', decision: 'declined', decided_at: daysAgo(5),
}
const last: CarPast = {
  visit_id: 'before', number: 'R0', kind: 'repair', closed_at: daysAgo(5), odometer_km: 42_000, old_parts: null, wash: null, damages: [],
  measures: {}, put_off: [putOff, { ...putOff, line_id: 'older', code: null, name: '四轮定位', part_kind: null, kind: 'labour' }], repaired: ['雨刮片'],
}
const recall = { id: 'recall', code: 'S2026M0011', title: '安全气囊', action: '更换气体发生器', opened_at: daysAgo(90), done_at: null, done_in: null }
const sent = async (name: string) => (await db.queue.orderBy('seq').toArray()).filter((one) => one.name === name).map((one) => one.fields)

beforeEach(async () => {
  document.body.innerHTML = ''
  localStorage.clear()
  await Promise.all(db.tables.map((table) => table.clear()))
  await signIn('advisor')
  await db.customers.put(customer({ tags: ['投诉处理中', 'VIP 金卡', '勿主动联系'] }))
  await db.vehicles.put(vehicle({ last, recalls: [recall], purchased_on: daysAgo(400).slice(0, 10) }))
})

test('the gravest mark comes first, and none is of what is over', async () => {
  const kinds = marksOf(await db.vehicles.get('car'), await db.customers.get('cust'), Date.now()).map((mark) => mark.kind)
  expect(kinds).toEqual(['complaint', 'quiet', 'recall', 'comeback', 'put_off', 'guarantee', 'vip'])
  const old = vehicle({ purchased_on: '2015-01-01', recalls: [{ ...recall, done_at: daysAgo(1) }], last: { ...last, closed_at: daysAgo(50), put_off: [] } })
  expect(marksOf(old, customer(), Date.now())).toEqual([])
})

test('a channel that was refused is a mark until a grant lifts it', () => {
  const refused = { id: 'no', purpose: 'marketing' as const, channel: 'sms' as const, decision: 'withdrawn' as const, decided_at: daysAgo(2), source: 'phone' as const, lifts: [], recorded_by: null }
  const marks = (consents: (typeof refused)[]) => marksOf(undefined, customer({ consents }), Date.now()).map((mark) => mark.kind)
  expect(marks([refused])).toEqual(['refused'])
  expect(marks([refused, { ...refused, id: 'yes', decision: 'granted' as never, lifts: ['no'] as never }])).toEqual([])
})

test('what is taken up at the reception is on the visit when it is opened', async () => {
  const panel = show(ReceptionPanel, { vehicleId: 'car', customerId: 'cust' })
  await until(() => panel.find(at('recall-today')).exists())
  await panel.get(at('recall-today')).trigger('click')
  await panel.get(at('is-comeback')).trigger('click')
  await panel.get(at('bring-all')).trigger('click')
  await panel.findAll(at('bring-again'))[1]!.trigger('click')
  expect(panel.get(at('visit-kind-recall')).attributes('aria-checked')).toBe('true')
  await panel.get(at('save-and-open-visit')).trigger('click')
  await until(async () => (await sent('estimate.add_line')).length === 1)
  expect(await sent('visit.open')).toMatchObject([{ kind: 'recall', comeback_of: 'before' }])
  expect(await sent('visit.add_concern')).toMatchObject([{ words: '召回 S2026M0011：安全气囊' }])
  expect(await sent('estimate.add_line')).toMatchObject([{ name: '前制动片', carried_from: 'old', unit_price_fen: 60_000 }])
})

test('a tap in the header of the visit brings work up again, and one tap takes it back', async () => {
  await db.visits.put(visit({ comeback_of: 'before' }))
  const header = showStep(VisitMarks, 'visit')
  await until(() => header.find(at('mark-put_off')).exists())
  expect(header.get(at('comeback-link')).attributes('href')).toBe('/visit/before/progress')
  const tap = (hook: string) => document.querySelector<HTMLButtonElement>(at(hook))
  const look = () => header.get(at('mark-put_off')).trigger('click')
  await look()
  await until(() => tap('bring-all'))
  tap('bring-all')!.click()
  await until(async () => (await sent('estimate.add_line')).length === 2)
  expect(tap('marks-sheet')).toBeNull()
  await look()
  await until(() => tap('bring-all')?.disabled)
  await until(() => toast.value?.back)
  await toast.value!.back!()
  expect(await sent('estimate.add_line')).toEqual([])
  tap('recall-today')!.click()
  await until(async () => (await sent('visit.add_concern')).length === 1)
  await look()
  await until(() => tap('recall-done'))
  tap('recall-done')!.click()
  await until(async () => (await sent('vehicle.close_recall')).length === 1)
  expect(await sent('vehicle.close_recall')).toEqual([{ vehicle_id: 'car', recall_id: 'recall', visit_id: 'visit' }])
  await until(() => !header.find(at('mark-recall')).exists())
})
