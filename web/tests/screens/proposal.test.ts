/** From findings to lines, and what a line remembers. */
import { expect, test } from 'vitest'
import { putOff } from '../../src/parts/visit/carried'
import { byPayer, knownBefore } from '../../src/parts/visit/lines'
import { change } from '../../src/screens/visit/steps/diagnosis/before'
import { searchCatalogue } from '../../src/screens/visit/steps/estimate/lines'
import { isReady, needsOf, together } from '../../src/screens/visit/steps/estimate/remedies'
import { spelling } from '../../src/domain/pinyin'
import type { CarPast, CatalogItem, Finding, InspectionItem, PricedVersion, PutOff } from '../../src/gen/wire'
import { estimateLine, vehicle } from './mounting'

const AT = '2026-11-21T01:00:00Z'
const catalogued = (fields: Partial<CatalogItem>): CatalogItem => ({
  id: fields.code ?? 'c', rev: 1, code: 'BP-001', kind: 'part', name: '前制动片', name_en: 'Front pads', unit: '套',
  unit_price_fen: 46_800, standard_hours: null, as_of: '2026-11-01', ...fields,
})
const PADS = catalogued({})
const LABOUR = catalogued({ code: 'LAB-BRK-001', kind: 'labour', name: '更换前制动片', unit: 'h', unit_price_fen: 28_000, standard_hours: '0.9' })
const TYRE = catalogued({ code: 'TY-001', name: '轮胎', unit: '条', unit_price_fen: 60_000 })
const FITTING = catalogued({ code: 'LAB-TYR-001', kind: 'labour', name: '轮胎拆装', unit: 'h', unit_price_fen: 28_000, standard_hours: '0.4' })
const ALIGNMENT = catalogued({ code: 'LAB-TYR-004', kind: 'labour', name: '四轮定位', unit: 'h', unit_price_fen: 28_000, standard_hours: '1.0' })
const catalogue = new Map([PADS, LABOUR, TYRE, FITTING, ALIGNMENT].map((item) => [item.code, item]))

const inspected = (code: string, ...codes: string[]): InspectionItem => ({
  id: code, rev: 1, code, group: '制动', group_en: 'Brakes', position: 1, name: code, name_en: code, unit: 'mm', limits: null,
  phrases: [{ cause: '磨损', cause_en: 'Worn', plan: '更换', plan_en: 'Replace', codes }],
})
const items = new Map(
  [
    inspected('BRK-PAD-FL', 'LAB-BRK-001', 'BP-001'), inspected('BRK-PAD-FR', 'LAB-BRK-001', 'BP-001'),
    ...['TYR-FL', 'TYR-FR'].map((code) => inspected(code, 'LAB-TYR-001', 'TY-001', 'LAB-TYR-004')), inspected('LGT-LOW'),
  ].map((item) => [item.code, item]),
)
const found = (code: string, grade: Finding['grade'] = 'red'): Finding => ({
  id: `f-${code}`, rev: 1, visit_id: 'visit', version: 1, item_code: code, grade, measure: null, dtcs: [], cause: null, plan: null,
  budget_fen: null, photos: [], touched: {}, recorded_at: AT, recorded_by: null,
})

test('a finding that needs something brings its labour and part with their price, the worst first', () => {
  const needs = needsOf([found('TYR-FL', 'yellow'), found('BRK-PAD-FL'), found('LGT-LOW', 'green')], [], items, catalogue)
  expect(needs.map((one) => [one.finding.item_code, one.remedy.map((item) => item.code), one.fen])).toEqual([
    ['BRK-PAD-FL', ['LAB-BRK-001', 'BP-001'], 72_000],
    ['TYR-FL', ['LAB-TYR-001', 'TY-001', 'LAB-TYR-004'], 99_200],
  ])
})

test('a set of pads serves both sides, a tyre only its own, and wheels are aligned once', () => {
  const needs = needsOf(['BRK-PAD-FL', 'BRK-PAD-FR', 'TYR-FL', 'TYR-FR'].map((code) => found(code)), [], items, catalogue)
  expect(together(needs).map(({ item }) => item.code)).toEqual([
    'LAB-BRK-001', 'BP-001', 'LAB-TYR-001', 'TY-001', 'LAB-TYR-004', 'LAB-TYR-001', 'TY-001',
  ])
})

test('what was agreed at the reception is not quoted a second time', () => {
  const lines = [FITTING, TYRE, ALIGNMENT].map(({ code }, at) => estimateLine({ id: `${at}`, code, finding_id: null }))
  expect(needsOf([found('TYR-FL')], lines, items, catalogue)).toEqual([])
})

test('what is quoted, or repaired by another line, is no need; without a remedy it is looked for', () => {
  const lines = [LABOUR, PADS].map(({ code }, at) => estimateLine({ id: `${at}`, code, finding_id: 'f-BRK-PAD-FL' }))
  const needs = needsOf([found('BRK-PAD-FL'), found('BRK-PAD-FR'), found('LGT-LOW', 'yellow')], lines, items, catalogue)
  expect(needs.map((one) => [one.finding.item_code, one.remedy])).toEqual([['LGT-LOW', []]])
})

test('which variant of a part fits is asked, never guessed, and known once it was chosen', () => {
  const oil = ['0W-20', '5W-30'].map((name, at) => catalogued({ code: `OIL-00${at + 1}`, name: `发动机机油 ${name}`, unit: '升', unit_price_fen: 9_800 }))
  const shelf = new Map([LABOUR, ...oil].map((item) => [item.code, item]))
  const template = new Map([['FLU-OIL', inspected('FLU-OIL', 'LAB-BRK-001', 'OIL')]])
  const [asked] = needsOf([found('FLU-OIL')], [], template, shelf)
  expect([asked!.families[0]!.name, isReady(asked!)]).toEqual(['发动机机油', false])
  const [known] = needsOf([found('FLU-OIL')], [], template, shelf, new Map([['OIL', 'OIL-002']]))
  expect([known!.remedy.map((item) => item.code), isReady(known!)]).toEqual([['LAB-BRK-001', 'OIL-002'], true])
})

test('the catalogue is found by the sounds of its names, exact hits first', async () => {
  const spell = await spelling()
  expect(searchCatalogue([...catalogue.values()], 'qzdp', 9, spell).map((item) => item.code)).toEqual(['BP-001', 'LAB-BRK-001'])
  expect(searchCatalogue([...catalogue.values()], 'ty', 9, spell).map((item) => item.code)).toEqual(['TY-001', 'LAB-TYR-001', 'LAB-TYR-004'])
})

test('work that was put off comes up until this visit takes it up or has it under the same code', () => {
  const off = (line_id: string, code: string | null): PutOff => ({
    line_id, kind: 'part', code, name: line_id, quantity: '1', unit: '个', unit_price_fen: 100, amount_fen: 100, part_kind: null,
    payer: 'customer', decision: 'declined', decided_at: AT,
  })
  const last = { put_off: [off('a', 'A'), off('b', 'B'), off('c', null)] } as CarPast
  const lines = [estimateLine({ id: '1', code: 'X', carried_from: 'a' }), estimateLine({ id: '2', code: 'B' })]
  expect(putOff(vehicle({ last }), lines).map((one) => one.line_id)).toEqual(['c'])
  expect(putOff(vehicle(), lines)).toEqual([])
})

test('a line remembers the price that the customer knew, not the ones in between', () => {
  const priced = (version: number, unit_price_fen: number): PricedVersion => ({
    version, name: '前制动片', quantity: '1', unit_price_fen, discount_fen: 0, payer: 'customer', reason: null, dropped: null, at: AT, by: null,
  })
  const line = estimateLine({ version: 3, amount_fen: 42_000, versions: [priced(1, 38_000), priced(2, 40_000), priced(3, 42_000)] })
  expect(knownBefore(line, [])).toBeNull()
  expect(knownBefore(line, [{ line_id: 'line', version: 1 }])).toBe(38_000)
  expect(knownBefore({ ...line, amount_fen: 38_000 }, [{ line_id: 'line', version: 1 }])).toBeNull()
})

test('sums are told apart by who pays', () => {
  const lines = [estimateLine({ amount_fen: 100 }), estimateLine({ amount_fen: 50, payer: 'insurance' }), estimateLine({ amount_fen: 1 })]
  expect(byPayer(lines)).toEqual([{ payer: 'customer', fen: 101 }, { payer: 'insurance', fen: 50 }])
})

test('a value is compared with the last one only in the same unit', () => {
  const before = { value: '4.15', unit: 'mm', grade: 'green', at: AT } as const
  expect(change(before, '3.0', 'mm')).toBe('-1.15')
  expect(change(before, '3.0', 'bar')).toBeNull()
  expect(change({ ...before, value: null }, '3.0', 'mm')).toBeNull()
})
