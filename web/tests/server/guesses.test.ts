/**
 * The tablet's core against a real server: what it shows before the network knows of a tap must be what the server then says.
 * Runs where JIECHE_TEST_URL names a server with the demo dealership; tests/web starts one.
 */

import { beforeAll, describe, expect, it } from 'vitest'
import { checkCopy } from '../../src/sync/checksum'
import { now, uuid7 } from '../../src/sync/clock'
import { db, KINDS } from '../../src/sync/db'
import { send } from '../../src/sync/outbox'
import { keepPhoto } from '../../src/sync/photos'
import { pullAll } from '../../src/sync/pull'
import { pushAll } from '../../src/sync/push'
import { session } from '../../src/sync/session'
import { uploadAll } from '../../src/sync/upload'
import { queueItems, visitOf } from '../../src/sync/views'
import type { CommandFields, CommandName } from '../../src/gen/wire'

const URL = process.env['JIECHE_TEST_URL']
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** What only the server can know: revisions, its numbers and clock, and what the paper says that it sealed. */
const SERVERS_OWN = new Set(['rev', 'number', 'stores', 'received_at', 'closed_at', 'released_document'])

const digits = (count: number): string => String(Math.floor(Math.random() * 10 ** count)).padStart(count, '0')
const [customer_id, vehicle_id, visit_id, appointment_id] = [uuid7(), uuid7(), uuid7(), uuid7()]
const [labour, part, deferred, finding_id] = [uuid7(), uuid7(), uuid7(), uuid7()]
const mine = new Set([customer_id, vehicle_id, visit_id, appointment_id])

/** What only the server makes, and when it pleases: no tap guesses it. */
const MADE_THERE = new Set<string>(['reviews', 'messages'])

/** Everything shown about this test's people, car and visit. */
async function shown(): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {}
  for (const kind of KINDS) {
    for (const row of (await db.rows(kind).toArray()) as { id: string; visit_id?: string }[]) {
      if (!MADE_THERE.has(kind) && (mine.has(row.id) || mine.has(row.visit_id ?? ''))) found[`${kind} ${row.id}`] = plain(row)
    }
  }
  return found
}

function plain(value: unknown): unknown {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) return new Date(value).toISOString()
  if (Array.isArray(value)) return value.map(plain)
  if (!value || typeof value !== 'object') return value
  const kept = Object.entries(value).filter(([name]) => !SERVERS_OWN.has(name))
  return Object.fromEntries(kept.map(([name, inner]) => [name, plain(inner)]))
}

/** Taps, then lets the server speak: it must say what was shown. */
async function tap<N extends CommandName>(name: N, fields: CommandFields[N]): Promise<void> {
  const { id } = await send(name, fields, { now: true })
  const guessed = await shown()
  await pushAll()
  await pullAll()
  expect(await db.done.get(id), name).toMatchObject({ outcome: { outcome: 'applied', reason: null } })
  expect(await shown(), name).toEqual(guessed)
}

describe.skipIf(!URL)('against a real server', () => {
  beforeAll(async () => {
    const network = globalThis.fetch
    globalThis.fetch = (path, how) => network(`${URL}${String(path)}`, how)
    await session.login('manager', 'manager-demo')
    await pullAll()
  })

  it('the first pull brings the whole store, and the sums agree', async () => {
    expect(await db.vehicles.count()).toBeGreaterThan(10)
    expect(await checkCopy()).toBe('whole')
  })

  it('reception shows what the server will say', async () => {
    await tap('customer.register', { customer_id, name: `测试${digits(8)}`, phones: [{ number: `138${digits(8)}`, label: 'mobile', primary: true }] })
    await tap('customer.set_consent', { customer_id, purpose: 'marketing', channel: 'sms', decision: 'granted', decided_at: now(), source: 'tablet' })
    await tap('customer.add_note', { customer_id, note_id: uuid7(), text: '先打电话' })
    await tap('customer.set_contact', { customer_id, channels: { from: null, to: ['sms', 'push'] }, quiet: { from: null, to: { start: '21:00', end: '08:00' } } })
    await tap('customer.set_contact', { customer_id, language: { from: null, to: 'en' }, contact_stop: { from: null, to: '多次辱骂' } })
    await tap('customer.tag', { customer_id, add: ['VIP'], remove: [] })
    await tap('vehicle.register', { vehicle_id, plate: `川A·K${digits(4)}`, make: '大众', model: '帕萨特', energy: 'petrol', owner_id: customer_id, odometer_km: 30000 })
    await tap('vehicle.update', { vehicle_id, changes: { colour: { from: null, to: '白' } } })
    const home = { number: `028-8${digits(7)}`, label: 'home' }
    await tap('customer.update', { customer_id, changes: { address: { from: null, to: '高新区' } }, phones: { add: [home], remove: [] } })
    const recall_id = uuid7()
    await tap('vehicle.add_recall', { vehicle_id, recall_id, code: 'S2026-031', title: '高压油泵' })
    await tap('vehicle.close_recall', { vehicle_id, recall_id })
    await tap('vehicle.add_recall', { vehicle_id, recall_id: uuid7(), code: 'S2026-044', title: '安全气囊', action: '更换气囊' })
    await tap('appointment.book', { appointment_id, customer_id, vehicle_id, at: '2026-11-30T02:00:00Z', work: '保养' })
    const { at } = (await db.appointments.get(appointment_id))!
    await tap('appointment.move', { appointment_id, at: { from: at, to: '2026-11-30T03:00:00Z' } })
    await tap('appointment.accept', { appointment_id, at: { from: '2026-11-30T03:00:00Z', to: '2026-11-30T04:00:00Z' } })
    await tap('visit.open', { visit_id, vehicle_id, customer_id, kind: 'repair', payer: 'customer', appointment_id })
    await tap('visit.renew_link', { visit_id })
    await tap('visit.revoke_link', { visit_id })
    await tap('visit.add_concern', { visit_id, concern_id: uuid7(), words: '刹车时抖动' })
    await tap('visit.record_walkaround', { visit_id, odometer_km: 42180, energy_pct: 50, warning_lamps: [], belongings: ['伞'], old_parts: 'take', wash: true, valuables_reminded: true })
    await tap('visit.add_damage', { visit_id, damage_id: uuid7(), panel: 'hood', kind: 'dent', severity: 'light', x: 0.25, y: 0.5, photos: [], known: false })
    await tap('visit.promise', { visit_id, ready_at: { from: null, to: '2026-11-30T09:00:00Z' }, reason: '等配件' })
  })

  it('diagnosis and estimate show what the server will say', async () => {
    const technician = (await db.staff.toArray()).find((person) => person.role === 'technician')!
    const item = (await db.inspection_items.toCollection().first())!
    await tap('visit.assign', { visit_id, technician_id: { from: null, to: technician.id } })
    await tap('repair.advance', { visit_id, stage: { from: 'assigned', to: 'diagnosing' } })
    await tap('finding.record', { visit_id, finding_id, item_code: item.code, grade: 'red', dtcs: ['P0301'], photos: [] })
    await tap('finding.revise', { finding_id, seen_version: 1, grade: 'yellow', cause: '磨损' })
    await tap('report.publish', { visit_id, report_id: uuid7() })
    await tap('estimate.add_line', { visit_id, line_id: labour, kind: 'labour', name: '工时', quantity: '1.5', unit: 'h', unit_price_fen: 12000, finding_id })
    await tap('estimate.add_line', { visit_id, line_id: part, kind: 'part', name: '刹车片', quantity: '2', unit: '个', unit_price_fen: 38000, discount_fen: 100, part_kind: 'oem' })
    await tap('estimate.add_line', { visit_id, line_id: deferred, kind: 'other', name: '空调清洗', quantity: '1', unit: '次', unit_price_fen: 9900 })
    await tap('estimate.revise_line', { line_id: part, seen_version: 1, unit_price_fen: 40000, reason: '涨价' })
    await tap('estimate.present', { visit_id, lines: [{ line_id: labour, version: 1 }, { line_id: part, version: 2 }, { line_id: deferred, version: 1 }] })
    const decisions = [{ line_id: labour, version: 1, decision: 'approved' as const }, { line_id: part, version: 2, decision: 'declined' as const }, { line_id: deferred, version: 1, decision: 'deferred' as const }]
    await tap('estimate.decide', { visit_id, decisions, decided_by: { name: '王伟', role: 'owner' }, channel: 'tablet', decided_at: now() })
    await tap('estimate.drop_line', { line_id: part, seen_version: 2, reason: '下次再换' })
  })

  it('repair, bill and handover show what the server will say', async () => {
    await tap('repair.advance', { visit_id, stage: { from: 'awaiting_approval', to: 'repairing' }, seen_moves: 3 })
    await tap('repair.use_part', { visit_id, usage_id: uuid7(), code: 'BP-001', name: '刹车片', quantity: '1' })
    const work_id = uuid7()
    await tap('repair.clock_on', { visit_id, work_id, line_id: labour, at: now() })
    await tap('repair.clock_off', { visit_id, work_id, at: now() })
    await tap('repair.note', { visit_id, note_id: uuid7(), text: '已清洗', visible_to_customer: false })
    await tap('repair.advance', { visit_id, stage: { from: 'repairing', to: 'quality_check' } })
    await tap('quality.fail', { visit_id, reasons: ['异响'], note: '重做' })
    await tap('repair.advance', { visit_id, stage: { from: 'repairing', to: 'quality_check' } })
    await tap('quality.pass', { visit_id, checks: [], road_test_km: '3.0', odometer_out_km: 42185 })
    await tap('settlement.issue', { visit_id, settlement_id: uuid7(), lines: [{ line_id: labour, version: 1 }], discount_fen: 1000, total_fen: 17000 })
    await tap('settlement.record_payment', { visit_id, payment_id: uuid7(), method: 'wechat', amount_fen: 17000, reference: 'X1', paid_at: now() })
    await tap('visit.advise', { visit_id, advice_id: uuid7(), text: '更换刹车油', next_km: 50000 })
    await tap('repair.advance', { visit_id, stage: { from: 'settling', to: 'ready' } })
    await tap('handover.release', { visit_id, reason: 'proxy', note: '家人代取' })
    expect((await db.vehicles.get(vehicle_id))!.last).toMatchObject({ visit_id, put_off: [{ line_id: deferred }] })
    await tap('survey.answer', { visit_id, survey_id: uuid7(), speed: 5, quality: 5, price: 4, courtesy: 5, recommend: 9 })
    await tap('survey.record_call', { visit_id, call_id: uuid7(), reached: true, text: '很满意', at: now() })
  })

  it('a refused tap is shown as such until someone has resolved its review', async () => {
    await send('visit.assign', { visit_id, technician_id: { from: null, to: customer_id } }, { now: true })
    await pushAll()
    await pullAll()
    expect(await queueItems()).toMatchObject([{ name: 'visit.assign', state: 'rejected' }])
    expect((await visitOf(visit_id))!.visit.stage).toBe('handed_over')
    const review = (await db.reviews.where('visit_id').equals(visit_id).toArray()).find(({ state }) => state === 'open')!
    await tap('review.resolve', { review_id: review.id, seen_rev: review.rev, action: 'discard', reason: '误操作' })
    expect(await queueItems()).toEqual([])
  })

  it('a photo is there for everyone once its bytes are sent', async () => {
    const bytes = Uint8Array.from(Buffer.from(PNG, 'base64')).buffer
    const sha256 = await keepPhoto(bytes, 'image/png', { visit_id, purpose: 'after' })
    await pushAll()
    await uploadAll()
    await pullAll()
    expect((await db.photos.where('sha256').equals(sha256).first())!.uploaded).toBe(true)
  })

  it('when all is quiet the copy is whole and nothing waits; a damaged copy is noticed', async () => {
    expect([await db.queue.count(), await db.base.count(), await checkCopy()]).toEqual([0, 0, 'whole'])
    await db.vehicles.update(vehicle_id, { rev: 99 })
    expect(await checkCopy()).toBe('damaged')
  })
})
