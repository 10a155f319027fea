/** The days that a period of records may have. */
import { expect, test } from 'vitest'
import { monthDays, wrongDays } from './records'

test('a month begins on its first day; this one ends today', () => {
  expect(monthDays(0, new Date(2026, 10, 22))).toEqual({ from: '2026-11-01', to: '2026-11-22' })
  expect(monthDays(1, new Date(2026, 10, 22))).toEqual({ from: '2026-10-01', to: '2026-10-31' })
  expect(monthDays(1, new Date(2028, 2, 31))).toEqual({ from: '2028-02-01', to: '2028-02-29' })
  expect(monthDays(1, new Date(2026, 0, 5))).toEqual({ from: '2025-12-01', to: '2025-12-31' })
})

test('a period has its days in order, and at most 366 of them', () => {
  expect(wrongDays('2026-11-01', '2026-11-01')).toBeNull()
  expect(wrongDays('2026-11-02', '2026-11-01')).toBe('days_wrong')
  expect(wrongDays('2025-11-01', '2026-11-01')).toBeNull()
  expect(wrongDays('2025-11-01', '2026-11-02')).toBe('days_many')
  expect(wrongDays('', '2026-11-02')).toBe('days_empty')
})
