/** How long until, how long since: as exactly as anybody needs it. */
import { expect, test } from 'vitest'
import { due, span } from './clock'

const MINUTE = 60_000

test.each([
  [0, '0 分钟'],
  [59, '59 分钟'],
  [60, '1 小时'],
  [61, '1 小时 1 分'],
  [9 * 60 + 59, '9 小时 59 分'],
  [10 * 60 + 59, '10 小时'],
  [23 * 60 + 59, '23 小时'],
  [24 * 60, '1 天'],
  [50 * 60, '2 天'],
])('%i minutes are %s', (minutes, words) => {
  expect(span(minutes * MINUTE)).toBe(words)
})

test('a promise is late from its minute on', () => {
  const promised = '2026-11-21T08:00:00Z'
  expect(due(promised, Date.parse(promised) - 25 * MINUTE)).toEqual({ late: false, words: '还有 25 分钟' })
  expect(due(promised, Date.parse(promised) + 40 * MINUTE)).toEqual({ late: true, words: '超时 40 分钟' })
})
