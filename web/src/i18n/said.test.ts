/** Words with places and forms are said as vue-i18n says them. */
import { createI18n } from 'vue-i18n'
import { expect, test } from 'vitest'
import { said } from './said'

const WORDS = {
  plain: '都已送达',
  named: '{at} 交车',
  both: '{h} 小时 {m} 分',
  ends: '由 {name}',
  count: '{n} line is undecided | {n} lines are undecided',
  deep: { er: 'Not taken: {why}' },
}
const messages: Record<string, typeof WORDS> = { en: WORDS }
const spoken = createI18n({ legacy: false, locale: 'en', messages, messageCompiler: said, missingWarn: false }).global

test.each([
  ['plain', {}, '都已送达'],
  ['named', { at: '18:05' }, '18:05 交车'],
  ['both', { h: 1, m: 20 }, '1 小时 20 分'],
  ['ends', { name: '王建军' }, '由 王建军'],
  ['ends', {}, '由 '],
  ['count', { n: 0 }, '0 lines are undecided'],
  ['count', { n: 1 }, '1 line is undecided'],
  ['count', { n: 2 }, '2 lines are undecided'],
  ['deep.er', { why: 'bad_hash' }, 'Not taken: bad_hash'],
])('%s with %o', (key, facts, words) => {
  expect(spoken.t(key, facts)).toBe(words)
  expect(spoken.te(key)).toBe(true)
})

test('what has no words is its key', () => {
  expect([spoken.t('not.there'), spoken.te('not.there')]).toEqual(['not.there', false])
})
