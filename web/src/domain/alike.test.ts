import { expect, test } from 'vitest'
import cases from '../../../tests/cases/alike.json'
import { likeness, oneSlip } from './alike'
import { heteronyms } from './pinyin'

test.each(cases.names)('$one and $other are $likeness', async ({ one, other, likeness: word }) => {
  const readings = await heteronyms()
  expect(likeness(one, other, readings)).toBe(word)
  expect(likeness(other, one, readings)).toBe(word)
})

test.each(cases.slips)('$one and $other are one slip apart: $slip', ({ one, other, slip }) => {
  expect(oneSlip(one, other)).toBe(slip)
  expect(oneSlip(other, one)).toBe(slip)
})
