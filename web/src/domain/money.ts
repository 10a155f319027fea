/** Money in integer fen (1 yuan = 100 fen), computed exactly; the twin of server/domain/money.py. */
import { FormatError } from './typed'

const QUANTITY = /^([0-9]+)(?:\.([0-9]+))?$/

/**
 * A line's amount in fen: quantity × unit price, half a fen rounded up, less the discount. Labour is hours × rate per hour.
 * Throws FormatError `quantity_format`, or `amount_range` beyond 2^53 − 1 fen.
 */
export function lineAmount(quantity: string, unitPriceFen: number, discountFen: number): number {
  const parts = QUANTITY.exec(quantity)
  if (!parts) throw new FormatError('quantity_format')
  const [, whole = '', decimals = ''] = parts
  const scale = 10n ** BigInt(decimals.length)
  const amount = (2n * BigInt(whole + decimals) * BigInt(unitPriceFen) + scale) / (2n * scale)
  if (amount > BigInt(Number.MAX_SAFE_INTEGER)) throw new FormatError('amount_range')
  return Number(amount) - discountFen
}

/** Fen as people read them: `1,234.50`, without a currency sign. */
export function yuan(fen: number): string {
  const size = Math.abs(fen)
  const whole = String(Math.floor(size / 100)).replace(/\B(?=(\d{3})+$)/g, ',')
  return `${fen < 0 ? '-' : ''}${whole}.${String(size % 100).padStart(2, '0')}`
}
