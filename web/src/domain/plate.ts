/** Licence plates of mainland China (GA 36); the twin of server/domain/plate.py. */
import { bare, FormatError } from './typed'

/** The 31 characters that a plate can begin with. */
export const PROVINCES = '京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新'
/** The characters of a serial: no I and no O, which read like 1 and 0. */
export const SERIAL = 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789'
/** Letters of a new-energy plate for a car that only a battery drives. */
export const ELECTRIC = 'DABCE'
/** Letters of a new-energy plate for plug-in hybrids, range extenders and fuel cells. */
export const OTHER_NEW_ENERGY = 'FGHJK'

const AREA = `[${PROVINCES}][A-HJ-NP-Z]`
const ENERGY = `[${ELECTRIC}${OTHER_NEW_ENERGY}]`
const SHAPES = {
  ordinary: `${AREA}[${SERIAL}]{5}`,
  new_energy_small: `${AREA}${ENERGY}[${SERIAL}][0-9]{4}`,
  new_energy_large: `${AREA}[0-9]{5}${ENERGY}`,
  trailer: `${AREA}[${SERIAL}]{4}挂`,
  coach: `${AREA}[${SERIAL}]{4}学`,
  police: `${AREA}[${SERIAL}]{4}警`,
  hongkong: `${AREA}[${SERIAL}]{4}港`,
  macao: `${AREA}[${SERIAL}]{4}澳`,
  embassy: '使[0-9]{6}|[0-9]{6}使',
  consulate: `${AREA}[${SERIAL}]{4}领`,
  armed_police: `WJ[${PROVINCES}]?[0-9]{4}[${SERIAL}]`,
  military: '[BCEGHJKLNQSVZ][A-DJ-NPRTVY][0-9]{5}',
} as const

export type PlateKind = keyof typeof SHAPES

const KINDS = (Object.entries(SHAPES) as [PlateKind, string][]).map(([kind, shape]) => ({
  kind,
  shape: new RegExp(`^(?:${shape})$`),
}))

/** Which kind of plate a normalised plate is; throws FormatError `plate_format` for anything else. */
export function kind(plate: string): PlateKind {
  const found = KINDS.find(({ shape }) => shape.test(plate))
  if (!found) throw new FormatError('plate_format')
  return found.kind
}

/** The plate in upper case without spaces, dashes or the dot after the area; throws FormatError `plate_format`. */
export function normalise(text: string): string {
  const plate = bare(text)
  kind(plate)
  return plate
}
