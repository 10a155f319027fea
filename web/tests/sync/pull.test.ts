import { beforeEach, describe, expect, it } from 'vitest'
import { uuid7 } from '../../src/sync/clock'
import { checkCopy, fetchAnew } from '../../src/sync/checksum'
import { db } from '../../src/sync/db'
import { send } from '../../src/sync/outbox'
import { pullAll } from '../../src/sync/pull'
import { pushAll } from '../../src/sync/push'
import { thisDevice } from '../../src/sync/device'
import { find } from '../../src/sync/find'
import { pendingOf, queueItems, visitOf } from '../../src/sync/views'
import type { Customer, Visit } from '../../src/gen/wire'
import { json, person, tablet, type Peer } from './peer'

let peer: Peer

beforeEach(async () => {
  peer = await tablet()
})

const customer = (id: string, name: string): Customer => ({
  id, rev: 1, store_id: 's1', stores: ['s1'], name, kind: 'person', phones: [], preferred_channel: null, email: null,
  address: null, birthday_on: null, tags: [], consents: [], notes: [], channels: null, quiet: null, language: null, contact_stop: null, restricted: null, created_at: '2026-11-21T01:02:03Z',
})

async function openVisit(): Promise<{ visit: string; customer: string }> {
  const [customer_id, vehicle_id, visit_id] = [uuid7(), uuid7(), uuid7()]
  await send('customer.register', { customer_id, name: '王伟', phones: [] })
  await send('vehicle.register', { vehicle_id, plate: '川A12345', make: '大众', model: '帕萨特', energy: 'petrol', owner_id: customer_id })
  await send('visit.open', { visit_id, vehicle_id, customer_id, kind: 'repair', payer: 'customer' })
  return { visit: visit_id, customer: customer_id }
}

describe('pull', () => {
  it('never lets a guess go before its rows are here', async () => {
    const { visit } = await openVisit()
    await pushAll()
    expect(await db.queue.count()).toBe(3)
    expect(await db.visits.get(visit)).toMatchObject({ rev: 0, stage: 'checked_in' })
    peer.offline = true
    await expect(pullAll()).rejects.toThrow()
    expect(await db.visits.get(visit)).toMatchObject({ stage: 'checked_in' })
    peer.offline = false
    await pullAll()
    expect(await db.visits.get(visit)).toMatchObject({ rev: 1, stage: 'checked_in' })
    expect(await db.queue.count()).toBe(0)
    expect(await db.base.count()).toBe(0)
  })

  it('keeps a guess through a pull whose snapshot was taken before the push', async () => {
    const { visit } = await openVisit()
    const early = json({ cookie: '1/0', reset: false, more: false, rows: {}, gone: {}, applied_through: 0, outcomes: [] })
    const slow = async () => {
      await pushAll()
      return early
    }
    peer.faults = [slow]
    await pullAll()
    expect(await db.visits.get(visit)).toBeDefined()
    expect((await db.queue.toArray()).map((command) => command.outcome?.outcome)).toEqual(['applied', 'applied', 'applied'])
    await pullAll()
    expect(await db.queue.count()).toBe(0)
    expect(await db.visits.get(visit)).toMatchObject({ rev: 1 })
  })

  it('shows the server’s news under the guess that is still on its way', async () => {
    peer.write('customers', customer('c1', '王伟'))
    await pullAll()
    await send('customer.add_note', { customer_id: 'c1', note_id: 'n1', text: '带行车记录仪' })
    await send('customer.update', { customer_id: 'c1', changes: { name: { from: '王伟', to: '王玮' } } })
    peer.write('customers', { ...customer('c1', '王伟'), address: '高新区' })
    await pullAll()
    expect(await db.customers.get('c1')).toMatchObject({ name: '王玮', address: '高新区', notes: [{ text: '带行车记录仪' }] })
    peer.write('customers', { ...customer('c1', '王卫'), address: '高新区' })
    await pullAll()
    expect((await db.customers.get('c1'))!.name).toBe('王卫')
  })

  it('takes a refused guess back and shows what needs a person', async () => {
    const { visit } = await openVisit()
    await pushAll()
    await pullAll()
    peer.decide = () => ({ outcome: 'rejected', reason: { code: 'wrong_stage', subject: { type: 'visits', id: visit }, facts: {} }, review: 'r1' })
    await send('visit.assign', { visit_id: visit, technician_id: { from: null, to: 't1' } }, { now: true })
    expect((await visitOf(visit))!.pending.get(visit)).toBe('pending')
    await pushAll()
    expect((await visitOf(visit))!.pending.get(visit)).toBe('rejected')
    peer.write('reviews', { id: 'r1', rev: 1, state: 'open' } as never)
    await pullAll()
    expect(await db.visits.get(visit)).toMatchObject({ stage: 'checked_in', technician_id: null })
    expect(await queueItems()).toMatchObject([{ name: 'visit.assign', state: 'rejected', reason: { code: 'wrong_stage' } }])
    peer.write('reviews', { id: 'r1', rev: 2, state: 'resolved' } as never)
    await pullAll()
    expect(await queueItems()).toEqual([])
    expect(await pendingOf([visit])).toEqual(new Map())
  })

  it('shows pages together, when the last one is here', async () => {
    peer.pageSize = 10
    for (let n = 0; n < 35; n++) peer.write('customers', customer(`c${n}`, `客户${n}`))
    peer.faults = [() => undefined, () => undefined, () => json({ code: 'busy' }, 503)]
    await expect(pullAll()).rejects.toThrow()
    expect(await db.customers.count()).toBe(0)
    expect(await db.staged.count()).toBe(2)
    peer.requests = []
    await pullAll()
    expect(await db.customers.count()).toBe(35)
    expect(await db.staged.count()).toBe(0)
    expect(peer.requests).toHaveLength(2)
  })

  it('drops an answer when another tab was faster', async () => {
    peer.write('customers', customer('c1', '王伟'))
    const slow = async () => {
      await pullAll()
      peer.write('customers', customer('c1', '王玮'))
      await pullAll()
      return json({ cookie: '1/1', reset: false, more: false, rows: { customers: [customer('c1', '旧')] }, gone: {}, outcomes: [] })
    }
    peer.faults = [slow]
    expect(await pullAll()).toBe(false)
    expect((await db.customers.get('c1'))!.name).toBe('王玮')
  })

  it('keeps the queue and its guesses through a reset', async () => {
    const { visit, customer: id } = await openVisit()
    peer.write('customers', customer('old', '旧'))
    await pullAll()
    await send('customer.add_note', { customer_id: 'old', note_id: 'n1', text: '备注' })
    peer.epoch += 1
    peer.write('customers', { ...customer('old', '新'), address: '高新区' })
    await pullAll()
    expect(await db.queue.count()).toBe(4)
    expect(await db.visits.get(visit)).toMatchObject({ stage: 'checked_in' })
    expect(await db.customers.get(id)).toMatchObject({ name: '王伟' })
    expect(await db.customers.get('old')).toMatchObject({ address: '高新区', notes: [{ text: '备注' }] })
    await pushAll()
    await pullAll()
    expect(await db.base.count()).toBe(0)
  })

  it('replaces a copy that is to be fetched anew in one go, and shows the old one until then', async () => {
    peer.write('customers', customer('c1', '王伟'))
    await pullAll()
    await db.customers.put(customer('ghost', '不存在'))
    await send('customer.add_note', { customer_id: 'c1', note_id: 'n1', text: '.' })
    await fetchAnew()
    expect(await db.customers.count()).toBe(2)
    await pullAll()
    expect((await db.customers.toArray()).map(({ id, notes }) => [id, notes.length])).toEqual([['c1', 1]])
  })

  it('forgets what left the scope, but not a command about it', async () => {
    peer.write('customers', customer('c1', '王伟'))
    await pullAll()
    await send('customer.add_note', { customer_id: 'c1', note_id: 'n1', text: '.' })
    const answer = { cookie: '1/9', reset: false, more: false, rows: {}, gone: { customers: ['c1'] }, applied_through: 0, outcomes: [] }
    peer.faults = [() => json(answer)]
    await pullAll()
    expect(await db.customers.count()).toBe(0)
    expect(await db.queue.count()).toBe(1)
  })

  it('finds a visit under the id that was joined to another', async () => {
    const { visit } = await openVisit()
    await pushAll()
    await pullAll()
    peer.write('aliases', { id: 'offline-id', rev: 1, canonical_id: visit, type: 'visits' })
    await pullAll()
    await send('visit.add_concern', { visit_id: 'offline-id', concern_id: 'k1', words: '异响' })
    expect((await visitOf('offline-id'))!.visit).toMatchObject({ id: visit, concerns: [{ words: '异响' }] })
  })

  it('ends with exactly the server’s rows when all is quiet', async () => {
    const { visit } = await openVisit()
    for (let n = 0; n < 20; n++) await send('visit.add_concern', { visit_id: visit, concern_id: `k${n}`, words: `${n}` })
    for (let round = 0; round < 4; round++) {
      peer.write('customers', customer(`c${round}`, '别人'))
      await pushAll(true)
      await pullAll()
      await send('visit.add_concern', { visit_id: visit, concern_id: `m${round}`, words: '.' })
    }
    await pushAll(true)
    await pullAll()
    const served = peer.read<Visit>('visits', visit)!
    expect({ ...(await db.visits.get(visit)), rev: 0 }).toEqual({ ...served, rev: 0 })
    expect(await db.queue.count()).toBe(0)
    expect(await db.base.count()).toBe(0)
  })
})

describe('a role that does not see everything', () => {
  const HIDDEN = ['phones', 'email', 'address', 'birthday_on', 'preferred_channel', 'channels', 'quiet', 'notes', 'tags', 'consents', 'contact_stop']
  const cut = (row: Customer): Customer =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !HIDDEN.includes(name))) as unknown as Customer
  const known = (): Customer => ({ ...customer('c1', '王伟'), phones: [{ number: '+8613800138000', label: null, primary: true }], address: '高新区' })
  const page = (rows: Customer[], reset: boolean) => json({ cookie: '1/5', reset, more: false, rows: { customers: rows }, gone: {}, outcomes: [] })

  it('is not given some fields, and its tablet holds empty ones', async () => {
    peer.faults = [() => page([cut(known())], false)]
    await pullAll()
    expect(await db.customers.get('c1')).toEqual({ ...customer('c1', '王伟') })
    expect(await find('王伟')).toMatchObject([{ customer: { phones: [] } }])
  })

  it('guesses over what it was given', async () => {
    peer.faults = [() => page([cut(known())], false)]
    await pullAll()
    await send('customer.add_note', { customer_id: 'c1', note_id: 'n1', text: '备注' })
    expect(await db.customers.get('c1')).toMatchObject({ notes: [{ text: '备注' }], tags: [] })
  })

  it('takes over a tablet: nothing of what another role was given stays, what people typed does', async () => {
    peer.faults = [() => page([known(), customer('c2', '李娜')], false)]
    await pullAll()
    await send('customer.add_note', { customer_id: 'c1', note_id: 'n1', text: '备注' })
    await db.remember('draft.visit', { words: '异响' })
    peer.faults = [() => page([cut(known())], true)]
    await pullAll()
    const everything = JSON.stringify(await Promise.all(db.tables.filter(({ name }) => name !== 'queue').map((table) => table.toArray())))
    expect(everything).not.toMatch(/13800138000|高新区|李娜/)
    expect(await db.customers.toArray()).toMatchObject([{ id: 'c1', notes: [{ text: '备注' }] }])
    expect(await db.queue.toArray()).toMatchObject([{ seq: 1, name: 'customer.add_note' }])
    expect(await db.read('draft.visit')).toEqual({ words: '异响' })
  })

  it('gets its rows with a sign-in that sees the same or not at all, although anybody’s sends its work', async () => {
    const { id } = await thisDevice()
    await person('u2', 'technician', id)
    await person('u3', 'manager', id)
    await db.people.update('u2', { token: null })
    await db.remember('active', 'u2')
    await send('finding.record', { visit_id: uuid7(), finding_id: uuid7(), item_code: 'BRAKE-PAD-FL', grade: 'red', dtcs: [], photos: [] })
    await pushAll(true)
    expect(await db.queue.toArray()).toMatchObject([{ outcome: { outcome: 'applied' } }])
    peer.requests = []
    await expect(pullAll()).rejects.toMatchObject({ status: 401, code: 'signed_out' })
    await db.remember('cookie', '1/1')
    await expect(checkCopy()).rejects.toMatchObject({ code: 'signed_out' })
    expect(peer.requests).toEqual([])
    await person('u4', 'inspector', id)
    await pullAll()
    expect(peer.requests).toEqual(['GET /sync/pull'])
  })
})
