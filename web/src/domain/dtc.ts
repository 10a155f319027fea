/** Diagnostic trouble codes (SAE J2012, ISO 15031-6); the twin of server/domain/dtc.py. */
import { bare, FormatError } from './typed'

const SHAPE = /^([PCBU][0-3][0-9A-F]{3})([0-9A-F]{2})?$/

/** The code as `P0301` or, with its failure type, `U0073-04`; throws FormatError `dtc_format`. */
export function normalise(text: string): string {
  const code = SHAPE.exec(bare(text).replaceAll(':', ''))
  if (!code) throw new FormatError('dtc_format')
  return code.slice(1).filter(Boolean).join('-')
}
