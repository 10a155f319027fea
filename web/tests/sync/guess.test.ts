import { describe, expect, it } from 'vitest'
import cases from '../../../tests/cases/stages.json'
import { Draft } from '../../src/sync/draft'
import { guess } from '../../src/sync/guess'
import { allows, judge, STAGES } from '../../src/sync/stages'
import type { CommandFields, CommandName, Customer, Stage } from '../../src/gen/wire'

let count = 0

function world() {
  const draft = new Draft()
  const tap = <N extends CommandName>(name: N, fields: CommandFields[N], user = 'u1') => {
    count += 1
    const scene = { id: `k${count}`, at: '2026-11-21T01:02:03.004Z', user, store_id: 's1', device_id: 'd1' }
    return guess(draft, { name, fields }, scene)
  }
  const visit = () => draft.get('visits', 'v1')!
  tap('customer.register', { customer_id: 'c1', name: '王伟', phones: [{ number: '138 0013 8000', primary: true }] })
  tap('vehicle.register', { vehicle_id: 'w1', vin: 'ldc613p23a1305189', plate: '川a·12345', make: '标致', model: '408', energy: 'petrol', owner_id: 'c1', odometer_km: 30000 })
  tap('visit.open', { visit_id: 'v1', vehicle_id: 'w1', customer_id: 'c1', kind: 'repair', payer: 'customer' })
  return { draft, tap, visit }
}

const line = (line_id: string, unit_price_fen: number) =>
  ({ visit_id: 'v1', line_id, kind: 'part', name: '刹车片', quantity: '2', unit: '个', unit_price_fen }) as const
const yes = { decided_by: { name: '王伟', role: 'owner' }, channel: 'tablet', decided_at: '2026-11-21T02:00:00Z' } as const

describe('the table of moves', () => {
  it.each(cases)('$from → $to by $by: $allowed', ({ from, to, by, allowed }) => {
    expect(allows(from as Stage, to as Stage, by)).toBe(allowed)
  })

  it('knows a move that was made, one that is stale and one that is wrong', () => {
    const trail: Stage[] = ['checked_in', 'assigned', 'diagnosing', 'repairing', 'quality_check', 'repairing']
    expect(judge(trail, 'repairing', 'quality_check', 'repair.advance', 5)).toBe('move')
    expect(judge(trail, 'repairing', 'quality_check', 'repair.advance', 3)).toBe('stale')
    expect(judge(trail, 'diagnosing', 'repairing', 'repair.advance', null)).toBe('already')
    expect(judge(trail, 'assigned', 'repairing', 'repair.advance', null)).toBe('wrong')
  })
})

describe('a whole visit without a network', () => {
  it('goes from check-in to handed over by guesses alone', () => {
    const { tap, visit, draft } = world()
    tap('visit.record_walkaround', { visit_id: 'v1', odometer_km: 42180, energy_pct: 55, warning_lamps: [], belongings: ['雨伞'], old_parts: 'take', wash: true, valuables_reminded: true })
    tap('visit.assign', { visit_id: 'v1', technician_id: { from: null, to: 't1' } })
    tap('repair.advance', { visit_id: 'v1', stage: { from: 'assigned', to: 'diagnosing' } }, 't1')
    tap('finding.record', { visit_id: 'v1', finding_id: 'f1', item_code: 'BRK', grade: 'red', dtcs: [], photos: [] }, 't1')
    tap('report.publish', { visit_id: 'v1', report_id: 'r1' })
    tap('estimate.add_line', line('l1', 38000))
    tap('estimate.add_line', line('l2', 9900))
    tap('estimate.present', { visit_id: 'v1', lines: [{ line_id: 'l1', version: 1 }, { line_id: 'l2', version: 1 }] })
    tap('estimate.decide', { visit_id: 'v1', decisions: [{ line_id: 'l1', version: 1, decision: 'approved' }, { line_id: 'l2', version: 1, decision: 'declined' }], ...yes })
    tap('repair.advance', { visit_id: 'v1', stage: { from: 'awaiting_approval', to: 'repairing' } })
    tap('repair.use_part', { visit_id: 'v1', usage_id: 'p1', line_id: 'l1', code: 'BP-001', name: '刹车片', quantity: '2' })
    tap('repair.advance', { visit_id: 'v1', stage: { from: 'repairing', to: 'quality_check' } })
    tap('quality.pass', { visit_id: 'v1', checks: [{ item_code: 'BRK', ok: true }], odometer_out_km: 42184 }, 'i1')
    tap('settlement.issue', { visit_id: 'v1', settlement_id: 's1', lines: [{ line_id: 'l1', version: 1 }], discount_fen: 0, total_fen: 76000 })
    tap('repair.advance', { visit_id: 'v1', stage: { from: 'settling', to: 'ready' } })
    tap('handover.release', { visit_id: 'v1', reason: 'key_drop', note: '钥匙箱' })
    expect(visit()).toMatchObject({ stage: 'handed_over', moves: 8, report: { findings: [{ finding_id: 'f1', version: 1 }] } })
    expect(visit().trail).toEqual([
      'checked_in', 'assigned', 'diagnosing', 'awaiting_approval', 'repairing', 'quality_check', 'settling', 'ready', 'handed_over',
    ])
    expect(draft.get('estimate_lines', 'l1')).toMatchObject({ amount_fen: 76000, decision: 'approved', decided_version: 1 })
    expect(draft.get('vehicles', 'w1')).toMatchObject({ vin: 'LDC613P23A1305189', vin_check: 'ok', plate: '川A12345', odometer_km: 42184 })
    expect(draft.get('vehicles', 'w1')!.last).toMatchObject({
      visit_id: 'v1', odometer_km: 42184, wash: true, measures: { BRK: { grade: 'red' } }, put_off: [{ line_id: 'l2' }], repaired: ['刹车片'],
    })
    expect(draft.all('progress').filter((entry) => entry.kind === 'stage')).toHaveLength(9)
  })

  it('an amendment waits without a hash of its own, and only of a car that left', () => {
    const { tap, draft } = world()
    const right = {
      visit_id: 'v1', amendment_id: 'am1', amends: 'a'.repeat(64), reason: '抄错了',
      corrections: [{ path: 'plate', from: '川A12345', to: '川A54321' }], amended_at: '2026-11-21T03:00:00Z',
    }
    tap('handover.amend', right)
    expect(draft.get('amendments', 'am1')).toBeUndefined()
    draft.change('visits', 'v1', () => ({ stage: 'handed_over' as const }))
    tap('handover.amend', right)
    expect(draft.get('amendments', 'am1')).toMatchObject({ reason: '抄错了', corrections: right.corrections, document_hash: '', sealed_at: null, by: 'u1' })
  })
})

describe('appointments and contact preferences', () => {
  const at = (to: string, from = '2026-11-30T02:00:00Z') => ({ from, to })
  const request = (draft: Draft) =>
    draft.put('appointments', {
      id: 'a1', rev: 1, store_id: 's1', customer_id: 'c1', vehicle_id: 'w1', at: '2026-11-30T02:00:00Z', work: '保养', note: null,
      status: 'requested', cancel_reason: null, visit_id: null,
    })

  it('a request is accepted at another time, and what was cancelled stays as it is', () => {
    const { tap, draft } = world()
    request(draft)
    tap('appointment.accept', { appointment_id: 'a1', at: at('2026-11-30T03:00:00Z') })
    expect(draft.get('appointments', 'a1')).toMatchObject({ status: 'booked', at: '2026-11-30T03:00:00Z' })
    tap('appointment.cancel', { appointment_id: 'a1', reason: '不来了' })
    tap('appointment.accept', { appointment_id: 'a1' })
    tap('appointment.move', { appointment_id: 'a1', at: at('2026-11-30T05:00:00Z', '2026-11-30T03:00:00Z') })
    expect(draft.get('appointments', 'a1')).toMatchObject({ status: 'cancelled', at: '2026-11-30T03:00:00Z', cancel_reason: '不来了' })
  })

  it('a request is declined by cancelling it', () => {
    const { tap, draft } = world()
    request(draft)
    tap('appointment.cancel', { appointment_id: 'a1', reason: '约满了' })
    expect(draft.get('appointments', 'a1')).toMatchObject({ status: 'cancelled' })
  })

  it('preferences change one by one, and what somebody else changed stays', () => {
    const { tap, draft } = world()
    tap('customer.set_contact', { customer_id: 'c1', channels: { from: null, to: ['sms'] }, language: { from: 'zh', to: 'en' } })
    expect(draft.get('customers', 'c1')).toMatchObject({ channels: ['sms'], language: null, quiet: null })
    tap('customer.set_contact', { customer_id: 'c1', channels: { from: ['push'], to: ['push', 'sms'] } })
    expect(draft.get('customers', 'c1')!.channels).toEqual(['sms'])
  })
})

describe('guesses follow the rules of the server', () => {
  it('a new version of a line needs a new decision', () => {
    const { tap, draft } = world()
    tap('estimate.add_line', line('l1', 38000))
    tap('estimate.decide', { visit_id: 'v1', decisions: [{ line_id: 'l1', version: 1, decision: 'approved' }], ...yes })
    tap('estimate.revise_line', { line_id: 'l1', seen_version: 1, unit_price_fen: 42000, reason: '涨价' })
    expect(draft.get('estimate_lines', 'l1')).toMatchObject({ version: 2, amount_fen: 84000, decision: null })
    tap('estimate.revise_line', { line_id: 'l1', seen_version: 1, unit_price_fen: 1, reason: '过时' })
    expect(draft.get('estimate_lines', 'l1')!.version).toBe(2)
  })

  it('two decisions that contradict each other count as none until one replaces the other', () => {
    const { tap, draft } = world()
    tap('estimate.add_line', line('l1', 38000))
    const said = (decision: 'approved' | 'declined') => ({ visit_id: 'v1', decisions: [{ line_id: 'l1', version: 1, decision }], ...yes })
    tap('estimate.decide', said('approved'))
    const first = draft.get('estimate_lines', 'l1')!.decided[0]!.id
    tap('estimate.decide', said('declined'))
    expect(draft.get('estimate_lines', 'l1')!.decision).toBeNull()
    tap('estimate.decide', { ...said('declined'), replaces: [first] })
    expect(draft.get('estimate_lines', 'l1')!.decision).toBe('declined')
  })

  it('the odometer never goes down without a reason', () => {
    const { tap, draft } = world()
    const read = { visit_id: 'v1', energy_pct: 1, warning_lamps: [], belongings: [], old_parts: 'leave' as const, wash: false, valuables_reminded: true }
    tap('visit.record_walkaround', { ...read, odometer_km: 100 })
    expect(draft.get('vehicles', 'w1')!.odometer_km).toBe(30000)
    tap('visit.record_walkaround', { ...read, odometer_km: 100, correction: { reason: '换表' } })
    expect(draft.get('vehicles', 'w1')!.odometer_km).toBe(100)
  })

  it('nobody passes quality on their own work', () => {
    const { tap, visit, draft } = world()
    draft.change('visits', 'v1', () => ({ stage: 'quality_check' as const, technician_id: 't1' }))
    tap('quality.pass', { visit_id: 'v1', checks: [] }, 't1')
    expect(visit().stage).toBe('quality_check')
    tap('quality.pass', { visit_id: 'v1', checks: [] }, 'i1')
    expect(visit().stage).toBe('settling')
  })

  it('merging customers keeps everything and leaves the old id as another name', () => {
    const { tap, draft } = world()
    tap('customer.register', { customer_id: 'c2', name: '王玮', phones: [{ number: '13900139000', primary: true }], address: '高新区' })
    tap('customer.add_note', { customer_id: 'c2', note_id: 'n1', text: '老客户' })
    tap('customer.merge', { keep_id: 'c1', merge_id: 'c2' })
    const kept = draft.get('customers', 'c2') as Customer
    expect(kept).toMatchObject({ id: 'c1', address: '高新区', notes: [{ id: 'n1' }] })
    expect(kept.phones.map(({ number, primary }) => [number, primary])).toEqual([['+8613800138000', true], ['+8613900139000', false]])
  })

  it('moving the primary phone and removing a number work together', () => {
    const { tap, draft } = world()
    const phones = { add: [{ number: '028-85001234' }], remove: ['+8613800138000'], primary: { from: '+8613800138000', to: '+862885001234' } }
    tap('customer.update', { customer_id: 'c1', phones })
    expect(draft.get('customers', 'c1')!.phones).toEqual([{ number: '+862885001234', label: null, primary: true }])
  })

  it('a guess that fails half-way leaves no trace', () => {
    const { tap, draft } = world()
    const before = draft.get('customers', 'c1')
    expect(tap('customer.register', { customer_id: 'c9', name: null as never, phones: [] })).toEqual([])
    expect(draft.get('customers', 'c9')).toBeUndefined()
    expect(draft.get('customers', 'c1')).toBe(before)
  })

  it('every stage is in the table', () => {
    expect(new Set(cases.map(({ from }) => from))).toEqual(new Set(STAGES))
  })
})
