import { expect, test } from 'vitest'
import cases from '../../../tests/cases/phone.json'
import { masked, normalise, tail } from './phone'

test.each(cases.normalise)('a typed number becomes E.164 or is refused: $from', (sample) => {
  if (sample.error) {
    expect(() => normalise(sample.from)).toThrow(/^phone_format$/)
  } else {
    const number = normalise(sample.from)
    expect(number).toBe(sample.to)
    expect(normalise(number)).toBe(number)
    expect(tail(number)).toBe(sample.tail)
    expect(masked(number)).toBe(sample.masked)
  }
})
