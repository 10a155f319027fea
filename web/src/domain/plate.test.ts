import { expect, test } from 'vitest'
import cases from '../../../tests/cases/plate.json'
import { kind, normalise } from './plate'

test.each(cases.normalise)('a typed plate is normalised and known by its kind: $from', (sample) => {
  if (sample.error) {
    expect(() => normalise(sample.from)).toThrow(/^plate_format$/)
  } else {
    const plate = normalise(sample.from)
    expect(plate).toBe(sample.to)
    expect(normalise(plate)).toBe(plate)
    expect(kind(plate)).toBe(sample.kind)
  }
})
