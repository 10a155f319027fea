/** What the screens work out by themselves, before anything is sent. */
import { beforeAll, expect, test } from 'vitest'
import type { Customer, EstimateLine, Settlement } from '../../src/gen/wire'
import { nearestPanel, centreOf, PANELS } from '../../src/parts/car/panels'
import { learnSteps } from '../../src/i18n'
import { consentOf, standingWithdrawals } from '../../src/parts/consent/consent'
import { byDecision, decisionOf } from '../../src/parts/visit/lines'
import { decimalOf, gradeOf } from '../../src/parts/visit/limits'
import { fenOf, yuanText } from '../../src/parts/visit/yuan'
import { customerProblems, emptyEntry, energyOf, entryFrom, vehicleProblems, vinAdvice } from '../../src/screens/reception/entry'
import { phrasesFor } from '../../src/screens/visit/steps/checkin/phrases'
import { formOf, lowerThanKnown, problemsOf, sameAsRecorded, unlikely } from '../../src/screens/visit/steps/checkin/reading'
import { lineFrom, searchCatalogue } from '../../src/screens/visit/steps/estimate/lines'
import { billOf, paidOf, stillRight } from '../../src/screens/visit/steps/settlement/bill'

const line = (id: string, fields: Partial<EstimateLine> = {}): EstimateLine =>
  ({ id, version: 1, amount_fen: 10_000, decision: null, decided_version: null, decided: [], dropped: null, ...fields }) as EstimateLine

beforeAll(learnSteps)

test('a VIN is advised on while it is typed and only a wrong check digit is let through', () => {
  expect(vinAdvice('')).toBeNull()
  expect(vinAdvice('LDC613P23A13')).toEqual({ code: 'vin_left', left: 5 })
  expect(vinAdvice('LDC6I')).toEqual({ code: 'vin_letters', left: 0 })
  expect(vinAdvice('LDC613P23A1305189')?.code).toBe('vin_ok')
  expect(vinAdvice('LDC613P24A1305189')?.code).toBe('vin_check')
  expect(vinAdvice('11111111111111111')?.code).toBe('vin_implausible')
  expect(vehicleProblems({ ...emptyEntry(), vin: 'LDC613P24A1305189', make: '长安', model: 'CS75' })).toEqual({})
})

test('a new car needs a plate or a VIN, and a new customer a name and a phone', () => {
  expect(vehicleProblems({ ...emptyEntry(), make: '大众', model: '朗逸' })).toEqual({ plate: 'plate_or_vin' })
  expect(customerProblems(emptyEntry())).toEqual({ name: 'name_missing', phone: 'phone_missing' })
  expect(customerProblems({ ...emptyEntry(), name: '王伟', phone: '1380013' })).toEqual({ phone: 'phone_format' })
})

test('what was searched for in vain begins the form in the field where it belongs', () => {
  expect(entryFrom('川a·12345')).toEqual({ plate: '川A12345' })
  expect(entryFrom('13800138000')).toEqual({ phone: '13800138000' })
  expect(entryFrom('LDC613P23A1305189')).toEqual({ vin: 'LDC613P23A1305189' })
  expect(entryFrom('欧阳晓晴')).toEqual({ name: '欧阳晓晴' })
})

test('a green plate gives its energy away', () => {
  expect(energyOf('川AD12345')).toBe('bev')
  expect(energyOf('川AF12345')).toBe('phev')
  expect(energyOf('川A12345')).toBeNull()
})

test('an odometer that went down or jumped is questioned, one that is missing is asked for', () => {
  const form = { ...formOf(null), odometer: '41900', energy: 50 }
  expect(lowerThanKnown(form, 42_000)).toBe(true)
  expect(unlikely({ ...form, odometer: '142000' }, 42_000)).toBe(true)
  expect(problemsOf(form)).toEqual({})
  expect(problemsOf({ ...form, odometer: '', energy: 140 })).toEqual({ odometer: 'odometer_missing', energy: 'energy_range' })
  expect(sameAsRecorded(form, null)).toBe(false)
})

test('a measured value colours itself and keeps the better grade at its limit', () => {
  const tread = { yellow: '3.0', red: '1.6', worse: 'below' } as const
  expect(['3.0', '2.9', '1.6', '1.5'].map((value) => gradeOf(value, tread))).toEqual(['green', 'yellow', 'yellow', 'red'])
  expect(gradeOf('3.1', { yellow: '2.0', red: '3.0', worse: 'above' })).toBe('red')
  expect(gradeOf('3.1', null)).toBeNull()
  expect([decimalOf('1,6'), decimalOf(' 2 '), decimalOf('1.6mm')]).toEqual(['1.6', '2', null])
})

test('money is typed in yuan and sent in fen', () => {
  expect(['1,280.5', '99.99', '0', '¥ 20', '1.234', 'x', ''].map(fenOf)).toEqual([128_050, 9_999, 0, 2_000, null, null, null])
  expect([yuanText(128_050), yuanText(2_000), yuanText(null)]).toEqual(['1280.50', '20', ''])
})

test('a decision on an older version counts no longer', () => {
  const revised = line('b', { version: 2, decision: 'approved', decided_version: 1 })
  expect(decisionOf(revised)).toBeNull()
  const said = byDecision([line('a', { decision: 'approved', decided_version: 1 }), revised, line('c', { dropped: '换配件' })])
  expect([said.approved.length, said.open.map((one) => one.id)]).toEqual([1, ['b']])
})

test('a bill is right only for exactly the approved versions', () => {
  const approved = [line('a'), line('b')]
  const lines = approved.map(({ id, version }) => ({ line_id: id, version }))
  const bill = { lines: lines.reverse(), discount_fen: 500, total_fen: billOf(approved, 500).total } as Settlement
  expect(stillRight(bill, approved, 500)).toBe(true)
  expect(stillRight(bill, [line('a'), line('b', { version: 2 })], 500)).toBe(false)
  expect(stillRight(bill, approved, 0)).toBe(false)
  expect(paidOf([{ amount_fen: 900, refund_of: null }, { amount_fen: 200, refund_of: 'x' }] as never)).toBe(700)
})

test('a withdrawal stands until a grant names it', () => {
  const said = (id: string, decision: string, lifts: string[] = []) =>
    ({ id, purpose: 'marketing', channel: 'any', decision, lifts }) as Customer['consents'][number]
  const customer = (...consents: Customer['consents']) => ({ consents }) as Customer
  expect(consentOf(customer(), 'marketing')).toBe('unasked')
  expect(consentOf(customer(said('w', 'withdrawn'), said('g', 'granted')), 'marketing')).toBe('withdrawn')
  expect(consentOf(customer(said('g', 'granted', ['w']), said('w', 'withdrawn')), 'marketing')).toBe('granted')
  expect(standingWithdrawals(customer(said('w', 'withdrawn')), 'service_messages')).toEqual([])
})

test('a finger beside a panel still means it, and every panel can be reached', () => {
  for (const panel of PANELS.filter((one) => !one.endsWith('window'))) {
    const { x, y } = centreOf(panel)
    expect(nearestPanel(x, y)).toBe(panel)
  }
})

test('phrases are found by words and by pinyin initials', () => {
  expect(phrasesFor('scs')).toEqual(['刹车时有异响', '刹车时方向盘抖动'])
  expect(phrasesFor('空调')[0]).toBe('空调不凉')
  expect(phrasesFor('').length).toBe(12)
  expect(phrasesFor('', 'bev')).not.toContain('发动机故障灯亮了')
})

test('the catalogue is searched by every word, and labour is proposed with its standard hours', () => {
  const item = { code: 'LAB-BRK-001', name: '更换前制动片', name_en: 'Replace front pads', kind: 'labour', unit: 'h', unit_price_fen: 28_000, standard_hours: '1.2' } as never
  expect(searchCatalogue([item], '制动 lab', 5)).toEqual([item])
  expect(searchCatalogue([item], '制动 机油', 5)).toEqual([])
  const choice = { partKind: 'oem', payer: 'customer', findingId: 'f' } as const
  expect(lineFrom('v', item, choice)).toMatchObject({ quantity: '1.2', finding_id: 'f', payer: 'customer' })
  expect(lineFrom('v', item, choice)).not.toHaveProperty('part_kind')
})
