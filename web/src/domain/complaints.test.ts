import { expect, test } from 'vitest'
import cases from '../../../tests/cases/complaints.json'
import { aboutOf, dueFrom, isLow } from './complaints'

test.each(cases)('a survey opens a complaint about what was worst, or none: $survey', ({ survey, about }) => {
  expect(isLow(survey) ? aboutOf(survey) : null).toBe(about)
})

test('a form that nobody has filled in is not low', () => {
  expect(isLow({ speed: null, quality: null, price: null, courtesy: null, recommend: null })).toBe(false)
})

test('a complaint is due a day later', () => {
  expect(dueFrom('2026-11-22T01:00:00Z')).toBe('2026-11-23T01:00:00.000Z')
})
