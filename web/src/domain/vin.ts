/** Vehicle identification numbers (ISO 3779, GB 16735); the twin of server/domain/vin.py. */
import { bare, FormatError } from './typed'

const SHAPE = /^[A-HJ-NPR-Z0-9]{17}$/
const LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ'
const LETTER_VALUES = '12345678123457923456789'
const WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]
const LEAST_VARIETY = 4

/** The VIN in upper case without spaces or dashes; throws FormatError `vin_length`, `vin_letters` or `vin_implausible`. */
export function normalise(text: string): string {
  const vin = bare(text)
  if ([...vin].length !== 17) throw new FormatError('vin_length')
  if (!SHAPE.test(vin)) throw new FormatError('vin_letters')
  if (new Set(vin).size < LEAST_VARIETY) throw new FormatError('vin_implausible')
  return vin
}

/** The character that belongs at position 9 of a normalised VIN (49 CFR 565.15): 0–9 or X. */
export function checkDigit(vin: string): string {
  const value = (letter: string) => Number(LETTER_VALUES[LETTERS.indexOf(letter)] ?? letter)
  const remainder = WEIGHTS.reduce((sum, weight, at) => sum + weight * value(vin.charAt(at)), 0) % 11
  return remainder === 10 ? 'X' : String(remainder)
}

/** Whether position 9 of a normalised VIN fits; only a warning, since imported cars need no check digit. */
export function check(vin: string): 'ok' | 'warning' {
  return vin[8] === checkDigit(vin) ? 'ok' : 'warning'
}
