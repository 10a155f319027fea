import { describe, expect, test } from 'vitest'
import { base, cases } from '../../../tests/cases/past.json'
import type { CarPast, Damage, EstimateLine, Finding, Visit } from '../gen/wire'
import { leftBehind } from './past'

describe('what a visit leaves behind', () => {
  test.each(cases)('$name', (one) => {
    const before = one.before && ({ ...base.past, ...one.before } as CarPast)
    const left = leftBehind(before, {
      visit: { ...base.visit, ...one.visit } as unknown as Visit,
      damages: one.damages.map((row) => ({ ...base.damages, ...row }) as Damage),
      findings: one.findings.map((row) => ({ ...base.findings, ...row }) as Finding),
      lines: one.lines.map((row) => ({ ...base.lines, ...row }) as EstimateLine),
    })
    expect(left).toEqual({ ...base.past, ...one.after })
  })
})
