import { beforeEach, describe, expect, it } from 'vitest'
import { uuid7 } from '../../src/sync/clock'
import { db } from '../../src/sync/db'
import { counters } from '../../src/sync/device'
import { send, undo } from '../../src/sync/outbox'
import { pushAll } from '../../src/sync/push'
import { tablet, type Peer } from './peer'

let peer: Peer

beforeEach(async () => {
  peer = await tablet()
})

const seqs = async () => (await db.queue.orderBy('seq').toArray()).map((command) => command.seq)

async function openVisit(): Promise<string> {
  const [customer_id, vehicle_id, visit_id] = [uuid7(), uuid7(), uuid7()]
  await send('customer.register', { customer_id, name: '王伟', phones: [{ number: '13800138000', primary: true }] })
  await send('vehicle.register', { vehicle_id, plate: '川A12345', make: '大众', model: '帕萨特', energy: 'petrol', owner_id: customer_id })
  await send('visit.open', { visit_id, vehicle_id, customer_id, kind: 'repair', payer: 'customer' })
  return visit_id
}

const concern = (visit_id: string, words: string) => ({ visit_id, concern_id: uuid7(), words })

describe('the outbox', () => {
  it('numbers commands 1, 2, 3 … without gaps, also when many are made at once', async () => {
    const visit = await openVisit()
    const sent = await Promise.all(Array.from({ length: 40 }, (_, n) => send('visit.add_concern', concern(visit, `${n}`))))
    expect(sent.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n + 4))
    expect(await seqs()).toEqual(Array.from({ length: 43 }, (_, n) => n + 1))
  })

  it('shows a tap at once, without a network', async () => {
    peer.offline = true
    const visit = await openVisit()
    await send('visit.add_concern', concern(visit, '刹车抖动'))
    const shown = await db.visits.get(visit)
    expect(shown).toMatchObject({ stage: 'checked_in', number: expect.stringMatching(/^临-\d{4}-[0-9A-F]{4}-01$/), concerns: [{ words: '刹车抖动' }] })
    expect(await db.customers.toCollection().first()).toMatchObject({ phones: [{ number: '+8613800138000' }] })
    expect(peer.requests).toEqual([])
  })

  it('stores the command and its guess together or not at all', async () => {
    const visit = await openVisit()
    const before = await db.queue.count()
    const hooked = () => {
      throw new Error('disk')
    }
    db.queue.hook('creating', hooked)
    await expect(send('visit.add_concern', concern(visit, 'x'))).rejects.toThrow('disk')
    db.queue.hook('creating').unsubscribe(hooked)
    expect(await db.queue.count()).toBe(before)
    expect((await db.visits.get(visit))!.concerns).toEqual([])
    expect((await send('visit.add_concern', concern(visit, 'y'))).seq).toBe(before + 1)
  })

  it('keeps a command whose guess can show nothing', async () => {
    await send('repair.advance', { visit_id: uuid7(), stage: { from: 'repairing', to: 'quality_check' } })
    await send('estimate.add_line', { visit_id: uuid7(), line_id: uuid7(), kind: 'part', name: '?', quantity: 'x', unit: '个', unit_price_fen: 1 })
    expect(await seqs()).toEqual([1, 2])
  })

  it('puts what belongs to a visit into its lane, also when only a line names it', async () => {
    const visit = await openVisit()
    const line_id = uuid7()
    await send('estimate.add_line', { visit_id: visit, line_id, kind: 'part', name: '刹车片', quantity: '2', unit: '个', unit_price_fen: 38000 })
    await send('estimate.drop_line', { line_id, seen_version: 1, reason: '不要' })
    const lanes = (await db.queue.orderBy('seq').toArray()).map((command) => command.lane)
    expect(lanes.slice(2)).toEqual([`visit:${visit}`, `visit:${visit}`, `visit:${visit}`])
    await send('vehicle.merge', { keep_id: 'w1', merge_id: 'w2' })
    expect((await db.queue.orderBy('seq').last())!.lane).toBe('vehicle:w1')
  })

  it('refuses a command that no push can carry', async () => {
    const text = '长'.repeat(8 * 1024 * 1024)
    await expect(send('customer.add_note', { customer_id: uuid7(), note_id: uuid7(), text })).rejects.toThrow('command_too_large')
    expect(await seqs()).toEqual([])
  })
})

describe('undo', () => {
  it('takes a tap back with its guess, and the ones behind it move up', async () => {
    const visit = await openVisit()
    const first = await send('visit.add_concern', concern(visit, '一'))
    const second = await send('visit.add_concern', concern(visit, '二'))
    expect(await undo(first.id)).toBe(true)
    expect((await db.visits.get(visit))!.concerns.map((entry) => entry.words)).toEqual(['二'])
    expect((await db.queue.get(4))!.id).toBe(second.id)
    expect(await seqs()).toEqual([1, 2, 3, 4])
    expect((await counters(db)).next_seq).toBe(5)
  })

  it('does nothing once the command may have left the tablet', async () => {
    const visit = await openVisit()
    const { id } = await send('visit.add_concern', concern(visit, '一'))
    peer.offline = true
    await expect(pushAll(true)).rejects.toThrow()
    expect(await undo(id)).toBe(false)
    expect((await db.visits.get(visit))!.concerns).toHaveLength(1)
  })

  it('does nothing when a later command builds on it', async () => {
    const visit = await openVisit()
    const line_id = uuid7()
    const { id } = await send('estimate.add_line', { visit_id: visit, line_id, kind: 'part', name: '片', quantity: '1', unit: '个', unit_price_fen: 1 })
    await send('estimate.present', { visit_id: visit, lines: [{ line_id, version: 1 }] })
    expect(await undo(id)).toBe(false)
    const move = await send('visit.assign', { visit_id: visit, technician_id: { from: null, to: 't1' } })
    await send('repair.advance', { visit_id: visit, stage: { from: 'assigned', to: 'diagnosing' } })
    expect(await undo(move.id)).toBe(false)
    expect((await db.visits.get(visit))!.stage).toBe('diagnosing')
  })

  it('holds a routine tap back for six seconds; what must go out takes it along', async () => {
    const visit = await openVisit()
    await pushAll()
    await send('visit.add_concern', concern(visit, '一'))
    expect(await pushAll()).toBeGreaterThan(5000)
    expect(peer.journal).toHaveLength(3)
    await send('customer.add_note', { customer_id: uuid7(), note_id: uuid7(), text: '急' })
    expect(await pushAll()).toBeNull()
    expect(peer.journal).toHaveLength(5)
  })
})
