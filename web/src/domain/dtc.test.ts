import { expect, test } from 'vitest'
import cases from '../../../tests/cases/dtc.json'
import { codesIn, meaningOf, meanings, normalise } from './dtc'

test.each(cases.normalise)('a typed trouble code is normalised or refused: $from', ({ from, to, error }) => {
  if (error) expect(() => normalise(from)).toThrow(/^dtc_format$/)
  else expect(normalise(from)).toBe(to)
})

test('a pasted text gives its codes once, and says which pieces are none', () => {
  expect(codesIn('p0301, P0302\nu0073-04；P0301 ok')).toEqual({ codes: ['P0301', 'P0302', 'U0073-04'], others: ['ok'] })
  expect(codesIn('p0 3a1')).toEqual({ codes: ['P03A1'], others: [] })
})

test('the common codes of all four systems have a meaning in both languages', async () => {
  const known = await meanings()
  expect(known.size).toBeGreaterThan(200)
  for (const [code, { zh, en }] of known) {
    expect(normalise(code)).toBe(code)
    expect(zh).toMatch(/\p{Script=Han}/u)
    expect(en).toMatch(/^[\x20-\x7E–]+$/)
  }
  expect(new Set([...known.keys()].map((code) => code[0]))).toEqual(new Set(['P', 'U', 'C', 'B']))
})

test('a failure type does not hide the meaning, and an unknown code has none', async () => {
  const known = await meanings()
  expect(meaningOf(known, 'P0301-1A')?.zh).toBe('1缸失火')
  expect(meaningOf(known, 'P3FFF')).toBeUndefined()
})
