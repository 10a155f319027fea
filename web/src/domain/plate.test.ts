import { expect, test } from 'vitest'
import cases from '../../../tests/cases/plate.json'
import { kind, looksGreen, nextCharacters, normalise } from './plate'

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

test('every plate can be typed character by character', () => {
  for (const { to, error } of cases.normalise) {
    if (error || !to) continue
    for (let at = 0; at < to.length; at++) expect(nextCharacters(to.slice(0, at))).toContain(to[at])
  }
})

test.each([
  ['', ['川', '使', 'W'], ['I', 'O', '挂']],
  ['川', ['A'], ['1', 'I', '川']],
  ['川A', ['D', '1'], ['I', 'O']],
  ['川A1234', ['挂', '学', '警', '港', '澳', '领', '5', 'X'], ['使']],
  ['川A12345', ['D', 'F'], ['6', '挂', 'X']],
  ['川AD1234', ['5'], ['A']],
  ['123456', ['使'], ['7']],
])('after %s only what belongs there can be typed', (typed, yes, no) => {
  const next = nextCharacters(typed)
  expect(yes.filter((character) => !next.has(character))).toEqual([])
  expect(no.filter((character) => next.has(character))).toEqual([])
})

test('a full plate takes nothing more', () => {
  for (const plate of ['川AD12345', '川A12345D', '川A1234挂', '川A123X5']) expect([...nextCharacters(plate)]).toEqual([])
})

test('a plate looks like new energy as soon as its letter is there', () => {
  expect(['川AD', '川AD12345', '川A12345D'].map(looksGreen)).toEqual([true, true, true])
  expect(['川A', '川A1', '川A12345', '川AX', '使123456'].map(looksGreen)).toEqual([false, false, false, false, false])
})
