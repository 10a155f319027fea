import { describe, expect, test } from 'vitest'
import cases from '../../../tests/cases/money.json'
import { lineAmount, yuan } from './money'

describe('money', () => {
  test.each(cases.lineAmount)('a line costs what the cases say: $quantity × $unitPriceFen', (line) => {
    const amount = () => lineAmount(line.quantity, line.unitPriceFen, line.discountFen)
    if (line.error) expect(amount).toThrow(new RegExp(`^${line.error}$`))
    else expect(amount()).toBe(line.is)
  })

  test.each(cases.yuan)('an amount reads as the cases say: $fen', ({ fen, is }) => {
    expect(yuan(fen)).toBe(is)
  })
})
