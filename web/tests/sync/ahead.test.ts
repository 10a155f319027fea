/** A tap is on the screen before the store has it, and never stays there against what the store says. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Concern } from '../../src/gen/wire'
import { ahead, forgetAhead } from '../../src/sync/ahead'
import { uuid7 } from '../../src/sync/clock'
import { db } from '../../src/sync/db'
import { send, undo } from '../../src/sync/outbox'
import { keepPhoto } from '../../src/sync/photos'
import { followSession } from '../../src/sync/session'
import { keepInSight } from '../../src/sync/sight'
import { visitOf, withAhead, type VisitView } from '../../src/sync/views'
import { until } from '../screens/mounting'
import { tablet } from './peer'

let visit: string
const read = async (): Promise<VisitView> => (await visitOf(visit))!
const concern = (words: string) => send('visit.add_concern', { visit_id: visit, concern_id: uuid7(), words })
const said = (view: VisitView) => view.visit.concerns.map((one) => one.words)

beforeEach(async () => {
  await tablet()
  forgetAhead()
  visit = uuid7()
  const [customer_id, vehicle_id] = [uuid7(), uuid7()]
  await send('customer.register', { customer_id, name: '王伟', phones: [] })
  await send('vehicle.register', { vehicle_id, plate: '川A12345', make: '大众', model: '帕萨特', energy: 'petrol' })
  await send('visit.open', { visit_id: visit, vehicle_id, customer_id, kind: 'repair', payer: 'customer' })
})

test('a reading from before the tap shows it, marked as unsent; one from after it is left as it is', async () => {
  const before = await read()
  await concern('异响')
  await until(() => ahead.value.length === 4)
  expect(said(before)).toEqual([])
  expect(said(withAhead(before, ahead.value))).toEqual(['异响'])
  expect(withAhead(before, ahead.value).pending.get(visit)).toBe('pending')
  const after = await read()
  expect(withAhead(after, ahead.value)).toBe(after)
})

test('new rows take their place among the others, and rows of other visits stay out', async () => {
  const before = await read()
  const finding = (visit_id: string) =>
    send('finding.record', { visit_id, finding_id: uuid7(), item_code: 'A', grade: 'green', dtcs: [], photos: [] })
  await finding(uuid7())
  await finding(visit)
  await until(() => ahead.value.length === 5)
  expect(withAhead(before, ahead.value).findings.map((one) => one.visit_id)).toEqual([visit])
})

test('a tap that was taken back does not come back, although the next one has its number', async () => {
  const { id } = await concern('写错车了')
  await until(() => ahead.value.length === 4)
  expect(await undo(id)).toBe(true)
  expect(said(withAhead(await read(), ahead.value))).toEqual([])
  await concern('对的')
  await until(() => ahead.value.length === 1)
  expect(said(withAhead(await read(), ahead.value))).toEqual(['对的'])
})

test('a tap that the store did not take is not left on the screen', async () => {
  const before = await read()
  const broken = () => {
    throw new Error('no room')
  }
  db.queue.hook('creating', broken)
  await expect(concern('异响')).rejects.toThrow()
  db.queue.hook('creating').unsubscribe(broken)
  await until(() => ahead.value.length === 3)
  await new Promise((done) => setTimeout(done, 20))
  expect(said(withAhead(before, ahead.value))).toEqual([])
})

test('a photo whose bytes the store did not take is not left on the screen', async () => {
  const before = await read()
  const broken = () => {
    throw new Error('no room')
  }
  db.blobs.hook('creating', broken)
  await expect(keepPhoto(new Uint8Array([1, 2, 3]).buffer, 'image/jpeg', { visit_id: visit, purpose: 'other' })).rejects.toThrow()
  db.blobs.hook('creating').unsubscribe(broken)
  await until(() => ahead.value.length === 3)
  await new Promise((done) => setTimeout(done, 20))
  expect(withAhead(before, ahead.value).photos).toEqual([])
})

describe('with the visit on the screen', () => {
  let shown: VisitView
  let stop: () => void

  beforeEach(async () => {
    await followSession()
    shown = await read()
    stop = keepInSight(() => withAhead(shown, ahead.value))
  })
  afterEach(() => stop())

  test('a tap is shown before the store is asked, and the next one builds on it', async () => {
    const first = concern('异响')
    expect(said(withAhead(shown, ahead.value))).toEqual(['异响'])
    const second = concern('跑偏')
    expect(said(withAhead(shown, ahead.value))).toEqual(['异响', '跑偏'])
    await Promise.all([first, second])
    expect(said(withAhead(await read(), ahead.value))).toEqual(['异响', '跑偏'])
  })

  test('the store agrees: nothing is drawn anew, and what is read afterwards stands for itself', async () => {
    const tap = concern('异响')
    const guesses = ahead.value
    const { seq } = await tap
    await new Promise((done) => setTimeout(done, 20))
    expect(ahead.value).toBe(guesses)
    expect(ahead.value.at(-1)!.seq).toBe(seq)
    const after = await read()
    expect(withAhead(after, ahead.value)).toBe(after)
  })

  test('the store knows more than the screen: its guess takes the place of the first one', async () => {
    await db.visits.update(visit, { concerns: [{ ...shown.visit.concerns[0], id: uuid7(), words: '别人说的' } as Concern] })
    await concern('异响')
    await until(() => said(withAhead(shown, ahead.value)).length === 2)
    expect(said(withAhead(shown, ahead.value))).toEqual(['别人说的', '异响'])
  })

  test('what needs rows that are not on the screen waits for the store', async () => {
    const before = ahead.value.length
    const tap = send('appointment.cancel', { appointment_id: uuid7(), reason: '改期' })
    expect(ahead.value.length).toBe(before)
    await tap
  })
})
