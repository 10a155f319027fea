// @vitest-environment happy-dom
/** Reviews on the real core: a refused command is typed anew in controls of its kind. */
import { beforeEach, expect, test } from 'vitest'
import { db, type Review } from '../../src/sync'
import MergesList from '../../src/parts/MergesList.vue'
import EditFields from '../../src/screens/reviews/EditFields.vue'
import ReviewDetail from '../../src/screens/reviews/ReviewDetail.vue'
import Values from '../../src/screens/reviews/Values.vue'
import { entriesOf } from '../../src/screens/reviews/entries'
import { show, signIn, until } from './mounting'

const at = (hook: string): string => `[data-testid="${hook}"]`

/** A review of a refused command. */
const refused = (name: string, fields: object, subject = 'x', code = 'not_found'): Review => ({
  id: 'review', rev: 1, store_id: 's1', state: 'open', outcome: 'rejected', reason: { code, subject: { type: 'field', id: subject }, facts: {} },
  merged: [], further: [], makes: [], visit_id: null, cause_id: null, opened_at: '2026-11-21T01:00:00Z', resolution: null,
  resolution_reason: null, resolved_by: null, resolved_at: null, result: null,
  command: { id: 'c', name, fields: fields as Review['command']['fields'], issued_at: '2026-11-21T01:00:00Z', user_id: 'u1', device_id: 'd', lane: null },
})
const controls = (review: Review): Record<string, string> => Object.fromEntries(entriesOf(review).map((one) => [one.key, one.control]))

beforeEach(async () => {
  document.body.innerHTML = ''
  await Promise.all(db.tables.map((table) => table.clear()))
  await signIn('manager')
})

test('each value of a refused command has a control of its kind; ids have none', () => {
  const customer = { customer_id: '01a1a9f8-69f7-7de5-b973-a4c811d39b27', name: '王', phones: [{ number: '138', primary: true }], kind: 'person', birthday_on: '1990-02-03' }
  expect(controls(refused('customer.register', customer))).toEqual({
    name: 'text', 'phones.0.number': 'text', 'phones.0.primary': 'yes', kind: 'choice', birthday_on: 'day',
  })
  expect(controls(refused('visit.promise', { ready_at: { from: null, to: '2026-11-22T08:00:00Z' } }))).toEqual({ 'ready_at.to': 'instant', reason: 'words' })
  expect(controls(refused('estimate.add_line', { kind: 'part', quantity: '1', unit_price_fen: 64_650 }))).toMatchObject({ unit_price_fen: 'money', kind: 'choice' })
  expect(controls(refused('visit.record_walkaround', { warning_lamps: ['brake'], odometer_km: 5 }))).toEqual({ warning_lamps: 'list', odometer_km: 'number' })
  expect(controls(refused('handover.sign', { purpose: 'handover', document: { a: 1 } }))).toEqual({})
})

test('typing anew is offered only where there is something to type', () => {
  const detail = (name: string, fields: object) => show(ReviewDetail, { review: refused(name, fields) })
  expect(detail('message.send_again', { message_id: '01a1a9f8-69f7-7de5-b973-a4c811d39b27' }).find(at('review-edit')).exists()).toBe(false)
  expect(detail('customer.register', { name: '王' }).find(at('review-edit')).exists()).toBe(true)
})

test('a refusal that asks for a field gets a control for it', () => {
  expect(controls(refused('repair.advance', { stage: { from: 'quality_check', to: 'repairing' } }, 'note', 'note_needed'))).toEqual({ 'stage.to': 'choice', note: 'words' })
  expect(controls(refused('estimate.drop_line', { seen_version: 1 }, 'reason', 'invalid'))).toEqual({ reason: 'words' })
})

test('what is typed is sent as the wire has it, whole and nothing else; what is no value is not sent', async () => {
  const form = show(EditFields, { review: refused('estimate.add_line', { kind: 'part', name: '片', quantity: '1', unit_price_fen: 64_650, phones: [{ number: '1' }, { number: '2' }] }) })
  await form.get(at('edit-unit_price_fen')).setValue('1,280.5')
  await form.get(at('edit-kind')).setValue('labour')
  await form.get(at('edit-phones-1-number')).setValue('3')
  expect(form.emitted('changed')!.at(-1)).toEqual([{ kind: 'labour', unit_price_fen: 128_050, phones: [{ number: '1' }, { number: '3' }] }])
  await form.get(at('edit-unit_price_fen')).setValue('much')
  expect(form.emitted('changed')!.at(-1)).toEqual([null])
  expect(form.find('[role=alert]').exists()).toBe(true)
})

test('the same value typed twice is one choice, with everybody who typed it', async () => {
  const met = { field: 'address', from: '府城大道 16 号', theirs: '西大街 16 号', result: '西大街 16 号', theirs_by: 'u2', theirs_at: '2026-11-21T01:00:00Z' }
  const typed = (yours: string, by: string, minute: number) => ({ ...met, yours, by, at: `2026-11-21T01:0${minute}:00Z` })
  const names = new Map([['u1', '何志远'], ['u3', '王建军']])
  const values = show(Values, {
    field: 'address', names, open: true, modelValue: '西大街 61 号',
    met: [typed('西大街 61 号', 'u1', 1), typed('西大街 6 号', 'u1', 2), typed('西大街 61 号', 'u3', 3)],
  })
  const mine = values.findAll(at('value-yours'))
  expect(mine.map((one) => one.attributes('aria-checked'))).toEqual(['true', 'false'])
  expect(mine[0]!.text()).toContain('何志远')
  expect(mine[0]!.text()).toContain('王建军')
  expect(values.findAll('[aria-checked=true]')).toHaveLength(1)
})

test('a merge of cars is taken back from the car', async () => {
  const proposal = { rev: 1, store_id: 's1', stores: ['s1'], type: 'vehicles' as const, evidence: [], opened_at: '2026-11-21T01:00:00Z' }
  await db.merge_proposals.bulkPut([
    { ...proposal, id: 'p1', keep_id: 'car', merge_id: 'old', state: 'merged' },
    { ...proposal, id: 'p2', keep_id: 'car', merge_id: 'third', state: 'open' },
  ])
  const list = show(MergesList, { ids: ['car'] })
  await until(() => list.find(at('joined-p1')).exists())
  expect(list.find(at('joined-p1')).attributes('href')).toBe('/reviews/p1')
  expect(list.find(at('joined-p2')).exists()).toBe(false)
})

test('a merge that nobody had proposed is taken back under the id that was merged away', async () => {
  await db.aliases.put({ id: 'gone', rev: 1, canonical_id: 'car', type: 'vehicles' })
  const list = show(MergesList, { ids: ['car'] })
  await until(() => list.find(at('joined-gone')).exists())
  expect(list.find(at('joined-gone')).attributes('href')).toBe('/reviews/gone')
})
