/** A QR code (ISO/IEC 18004) as one SVG path. */
import { encode } from 'uqr'

/** Modules on a side, the quiet zone of four on every side included (ISO/IEC 18004, 6.3.8), and the dark ones as a path. */
export function qrOf(text: string): { size: number; path: string } {
  const { size, data } = encode(text, { ecc: 'M', border: 4 })
  const dark = data.flatMap((row, y) => row.flatMap((is, x) => (is ? `M${x} ${y}h1v1h-1z` : [])))
  return { size, path: dark.join('') }
}
