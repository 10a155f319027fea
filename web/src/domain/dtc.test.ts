import { expect, test } from 'vitest'
import cases from '../../../tests/cases/dtc.json'
import { normalise } from './dtc'

test.each(cases.normalise)('a typed trouble code is normalised or refused: $from', ({ from, to, error }) => {
  if (error) expect(() => normalise(from)).toThrow(/^dtc_format$/)
  else expect(normalise(from)).toBe(to)
})
