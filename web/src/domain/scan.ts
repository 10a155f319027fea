/** What a scanned code says of a car: labels hold the VIN alone, with an import sign before it, or among much else. */
import { bare } from './typed'
import { check, normalise } from './vin'

const LENGTH = 17

/** The VIN in the text of a barcode; one whose check digit fits goes before one that merely looks like it. */
export function vinIn(text: string): string | null {
  const runs = text.split(/\s*[\r\n]\s*/).flatMap((line) => bare(line).match(/[A-HJ-NPR-Z0-9]{17,}/g) ?? [])
  const windows = runs.flatMap((run) => Array.from({ length: run.length - LENGTH + 1 }, (_, at) => run.slice(at, at + LENGTH)))
  const plausible = windows.filter(isVin)
  return plausible.find((vin) => check(vin) === 'ok') ?? runs.find((run) => run.length === LENGTH && isVin(run)) ?? null
}

function isVin(text: string): boolean {
  try {
    return normalise(text) === text
  } catch {
    return false
  }
}
