import { describe, expect, test } from 'vitest'
import type { CarPast } from '../gen/wire'
import { guarantees, repairWarranty } from './warranty'

const NOW = new Date('2026-11-22T04:00:00Z')
const past = (repaired: string[], closed_at = '2026-11-16T04:00:00Z'): CarPast =>
  ({ closed_at, odometer_km: 42_000, repaired }) as CarPast

describe('the guarantees of a new car', () => {
  test('count years and kilometres from the day it was bought', () => {
    const { back, repair } = guarantees('2025-11-30', 12_000, NOW)
    expect(back).toEqual({ until: '2027-11-30', days: 373, untilKm: 50_000, km: 38_000, over: false })
    expect(repair).toMatchObject({ until: '2028-11-30', km: 48_000, over: false })
  })
  test('end with whichever comes first', () => {
    expect(guarantees('2025-11-30', 50_000, NOW)).toMatchObject({ back: { over: true }, repair: { over: false } })
    expect(guarantees('2024-11-22', 9_000, NOW)).toMatchObject({ back: { over: true }, repair: { over: false } })
    expect(guarantees('2023-11-01', 9_000, NOW).repair.over).toBe(true)
  })
  test('last into March for a car bought on the 29th of February', () => {
    expect(guarantees('2024-02-29', null, NOW).repair.until).toBe('2027-03-01')
  })
  test('go by the calendar where nobody knows the odometer', () => {
    expect(guarantees('2025-11-30', null, NOW).back).toMatchObject({ km: null, over: false })
  })
})

describe('the repair warranty', () => {
  test.each([
    ['a small repair', ['前制动片'], 10, 2_000],
    ['a grade-2 maintenance', ['二级维护', '机油'], 30, 5_000],
    ['an assembly', ['机油', '变速器总成更换'], 100, 20_000],
    ['a visit without lines', [], 10, 2_000],
  ])('of %s has its days and kilometres', (_what, repaired, days, km) => {
    expect(repairWarranty(past(repaired, NOW.toISOString()), 42_000, NOW)).toMatchObject({ days, km, over: false })
  })
  test('ends by the day or by the odometer', () => {
    expect(repairWarranty(past(['前制动片']), 42_300, NOW)).toMatchObject({ days: 4, km: 1_700, untilKm: 44_000, over: false })
    expect(repairWarranty(past(['前制动片']), 44_100, NOW).over).toBe(true)
    expect(repairWarranty(past(['前制动片'], '2026-11-01T04:00:00Z'), 42_300, NOW).over).toBe(true)
  })
})
