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

/** The characters that end some plates, or begin an embassy's. */
export const SPECIAL = '挂学警港澳领使'

const AREA = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
const DIGIT = '0123456789'
const ENERGY = ELECTRIC + OTHER_NEW_ENERGY
const times = (count: number, characters: string): string[] => Array<string>(count).fill(characters)
const local = (...rest: string[]): string[] => [PROVINCES, AREA, ...rest]

/** What may stand in each place of a plate of each kind. */
const PLACES = [
  ['ordinary', local(...times(5, SERIAL))],
  ['new_energy_small', local(ENERGY, SERIAL, ...times(4, DIGIT))],
  ['new_energy_large', local(...times(5, DIGIT), ENERGY)],
  ['trailer', local(...times(4, SERIAL), '挂')],
  ['coach', local(...times(4, SERIAL), '学')],
  ['police', local(...times(4, SERIAL), '警')],
  ['hongkong', local(...times(4, SERIAL), '港')],
  ['macao', local(...times(4, SERIAL), '澳')],
  ['embassy', ['使', ...times(6, DIGIT)]],
  ['embassy', [...times(6, DIGIT), '使']],
  ['consulate', local(...times(4, SERIAL), '领')],
  ['armed_police', ['W', 'J', PROVINCES, ...times(4, DIGIT), SERIAL]],
  ['armed_police', ['W', 'J', ...times(4, DIGIT), SERIAL]],
  ['military', ['BCEGHJKLNQSVZ', 'ABCDJKLMNPRTVY', ...times(5, DIGIT)]],
] as const

export type PlateKind = (typeof PLACES)[number][0]

const begins = (places: readonly string[], typed: string): boolean =>
  typed.length <= places.length && [...typed].every((character, at) => places[at]!.includes(character))

/** Which kind of plate a normalised plate is; throws FormatError `plate_format` for anything else. */
export function kind(plate: string): PlateKind {
  const found = PLACES.find(([, places]) => places.length === plate.length && begins(places, plate))
  if (!found) throw new FormatError('plate_format')
  return found[0]
}

/** The characters that may come next, so that a plate can still become of it; none when it is full or wrong. */
export function nextCharacters(typed: string): ReadonlySet<string> {
  const open = PLACES.filter(([, places]) => begins(places, typed))
  return new Set(open.flatMap(([, places]) => [...(places[typed.length] ?? '')]))
}

/** Whether what is typed looks like the plate of a new-energy car, which has eight places. */
export const looksGreen = (typed: string): boolean =>
  PLACES.some(([name, places]) => typed.length > (name === 'new_energy_small' ? 2 : 7) && name.startsWith('new_energy') && begins(places, typed))

/** The plate in upper case without spaces, dashes or the dot after the area; throws FormatError `plate_format`. */
export function normalise(text: string): string {
  const plate = bare(text)
  kind(plate)
  return plate
}
