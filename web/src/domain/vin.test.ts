import { describe, expect, test } from 'vitest'
import cases from '../../../tests/cases/vin.json'
import { check, checkDigit, normalise } from './vin'

describe('VINs', () => {
  test.each(cases.normalise)('a typed VIN is normalised or refused with a code: $from', ({ from, to, error }) => {
    if (error) expect(() => normalise(from)).toThrow(new RegExp(`^${error}$`))
    else expect(normalise(from)).toBe(to)
  })

  test.each(cases.check)('a wrong check digit is a warning, not a refusal: $vin', ({ vin, is }) => {
    expect(check(vin)).toBe(is)
    expect(check(vin.slice(0, 8) + checkDigit(vin) + vin.slice(9))).toBe('ok')
  })
})
