import { expect, test } from 'vitest'
import type { Amendment, Signature, Visit } from '../gen/wire'
import { chainOf, closingOf, correctable, corrected, placeOf, readable, standingOf } from './amendment'
import { canonical, sha256Hex, type HandoverDocument } from './document'

const PAPER = {
  vin: null, plate: '川A12345', customer_name: '王伟', odometer_in_km: 42180, odometer_out_km: null,
  concerns: [{ id: 'c1', words: '刹车响', condition: null, frequency: null }],
  lines: [
    { id: 'l1', name: '前制动片', code: null, quantity: '1', amount_fen: 46800, dropped: null },
    { id: 'l2', name: '空调滤芯', code: 'AC-1', quantity: '1', amount_fen: 9000, dropped: '客户不做' },
  ],
  parts_used: [{ id: 'p1', line_id: 'l1', code: 'BP-1', name: '前制动片', quantity: '1' }],
  advice: [{ id: 'a1', text: '换轮胎', next_km: 50000, next_on: null }],
} as HandoverDocument
const values = correctable(PAPER)
const released = { stage: 'handed_over', released_document: PAPER as Record<string, unknown> } as unknown as Visit
const link = (id: string, amends: string, document_hash: string): Amendment =>
  ({ id, amends, document_hash, document: { amended: { customer_name: id } } }) as unknown as Amendment

test('what may be corrected stands in the order of the paper, without money and struck-out lines', () => {
  expect(values.map(({ path }) => path)).toEqual([
    'vin', 'plate', 'customer_name', 'odometer_in_km', 'odometer_out_km', 'concerns/c1/words', 'lines/l1/name', 'lines/l1/code',
    'parts_used/p1/name', 'parts_used/p1/code', 'parts_used/p1/quantity', 'advice/a1/text', 'advice/a1/next_km', 'advice/a1/next_on',
  ])
  expect(values.find(({ path }) => path === 'lines/l1/code')).toMatchObject({ of: '前制动片', from: null, optional: true })
})

test('only what was changed is a correction, read as the paper writes it', () => {
  const typed = { vin: 'lsvaa4182e2123450', plate: '川a·54321', customer_name: ' 王伟 ', odometer_in_km: '４２１９０', 'lines/l1/name': '前制动片（原厂）', 'advice/a1/next_km': '' }
  expect(corrected(values, typed)).toEqual({
    corrections: [
      { path: 'vin', from: null, to: 'LSVAA4182E2123450' },
      { path: 'plate', from: '川A12345', to: '川A54321' },
      { path: 'odometer_in_km', from: 42180, to: 42190 },
      { path: 'lines/l1/name', from: '前制动片', to: '前制动片（原厂）' },
      { path: 'advice/a1/next_km', from: 50000, to: null },
    ],
    problems: {},
  })
  expect(corrected(values, {})).toEqual({ corrections: [], problems: {} })
})

test('what cannot stand is named by its place', () => {
  const typed = { vin: 'LSV', plate: '12', customer_name: ' ', odometer_in_km: '4万', 'parts_used/p1/quantity': '两个' }
  expect(corrected(values, typed)).toEqual({
    corrections: [],
    problems: { vin: 'vin_length', plate: 'plate_format', customer_name: 'not_empty', odometer_in_km: 'number', 'parts_used/p1/quantity': 'number' },
  })
})

test('a correction is told by field and entry, money in yuan', () => {
  expect(placeOf('lines/l1/name', PAPER)).toEqual({ name: 'name', of: '前制动片' })
  expect(placeOf('plate', PAPER)).toEqual({ name: 'plate', of: '' })
  expect(placeOf('settlement/total_fen', PAPER)).toEqual({ name: 'total_fen', of: '' })
  expect([readable('lines/l1/amount_fen', 46800), readable('lines/l1/name', '滤芯'), readable('vin', null)]).toEqual(['¥468.00', '滤芯', ''])
})

test('the chain follows the hashes, and what waits comes last', () => {
  const chain = [link('x3', 'h2', ''), link('x2', 'h1', 'h2'), link('x1', 'h0', 'h1')]
  expect(chainOf(chain).map(({ id }) => id)).toEqual(['x1', 'x2', 'x3'])
  expect(chainOf([])).toEqual([])
})

test('the next amendment names the newest paper, and none while one is on its way', async () => {
  const signed = { purpose: 'handover', state: 'accepted', document: PAPER, document_hash: 'h0' } as unknown as Signature
  const kept = { ...signed, state: 'kept', document_hash: 'old' } as Signature
  const chain = [link('x1', 'h0', 'h1')]
  expect(await standingOf(released, [kept, signed], [])).toEqual({ document: PAPER, amends: 'h0' })
  expect(await standingOf(released, [signed], chain)).toEqual({ document: { customer_name: 'x1' }, amends: 'h1' })
  expect(await standingOf(released, [signed], [...chain, link('x2', 'h1', '')])).toBeNull()
  expect(await standingOf(released, [], [])).toEqual({ document: PAPER, amends: await sha256Hex(canonical(PAPER)) })
  expect(closingOf({ ...released, stage: 'ready' }, [signed])).toBeNull()
})
