/** Names as they sound and numbers one slip apart: who may be the same; the twin of server/domain/names.py and alike.py. */
import type { Readings } from './pinyin'
import { bare } from './typed'

/** `sound`: every syllable can be read alike (王伟, 王玮, Wang Wei); `similar`: one slip apart. */
export type Likeness = 'same' | 'sound' | 'similar' | 'different'

type Syllable = ReadonlySet<string>
const HAN = /\p{Script=Han}/u
const PARTS = /\p{Script=Han}|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu
/** Letters from which a name in an alphabet may be one slip away from another, and from which two. */
const [SHORT, LONG] = [4, 9]

/** How alike two names are; symmetric. */
export function likeness(one: string, other: string, readings: Readings): Likeness {
  if (bare(one) === bare(other)) return 'same'
  const [a, b] = [syllables(one, readings), syllables(other, readings)]
  if (a.length && a.length === b.length && agreeing(a, b) === a.length) return 'sound'
  const chinese = [one, other].filter((name) => HAN.test(name)).length
  const alike = chinese === 2 ? oneCharacterApart(a, b) : chinese === 1 ? turnedAround(a, b) : writtenAlike(a, b)
  return alike ? 'similar' : 'different'
}

/** Whether two texts of one length differ in one character, or in two neighbours that changed places. */
export function oneSlip(one: string, other: string): boolean {
  if (one.length !== other.length) return false
  const at = [...one].flatMap((character, i) => (character === other[i] ? [] : [i]))
  const [first, second] = at
  if (at.length !== 2 || second !== first! + 1) return at.length === 1
  return one[first!] === other[second] && one[second] === other[first!]
}

const syllables = (name: string, readings: Readings): Syllable[] =>
  (name.normalize('NFKC').toLowerCase().match(PARTS) ?? []).map((part) => new Set(HAN.test(part) ? readings(part) : [part]))

const agreeing = (a: readonly Syllable[], b: readonly Syllable[]): number =>
  a.filter((mine, at) => [...mine].some((reading) => b[at]?.has(reading))).length

const turnedAround = (a: readonly Syllable[], b: readonly Syllable[]): boolean =>
  a.length > 0 && a.length === b.length && agreeing(a, [...b].reverse()) === a.length

/** One of three or more characters is another one, or one was added to two or more. */
function oneCharacterApart(a: readonly Syllable[], b: readonly Syllable[]): boolean {
  if (a.length === b.length) return a.length > 2 && agreeing(a, b) === a.length - 1
  const [shorter, longer] = a.length < b.length ? [a, b] : [b, a]
  if (longer.length - shorter.length > 1 || shorter.length < 2) return false
  return longer.some((_, at) => agreeing(longer.filter((_one, place) => place !== at), shorter) === shorter.length)
}

/** The same words in another order, or the same initials and a letter or two apart. */
function writtenAlike(one: readonly Syllable[], other: readonly Syllable[]): boolean {
  const [a, b] = [one, other].map((name) => name.flatMap((syllable) => [...syllable])) as [string[], string[]]
  const ends = (words: string[]): string => [words[0]!, words.at(-1)!].sort().join(' ')
  if (a.length && [...a].sort().join(' ') === [...b].sort().join(' ')) return ends(a) === ends(b)
  const [joined, joinedOther] = [a.join(''), b.join('')]
  if (!joined || joined[0] !== joinedOther[0]) return false
  const shorter = Math.min(joined.length, joinedOther.length)
  return slips(joined, joinedOther) <= Number(shorter >= SHORT) + Number(shorter >= LONG)
}

/** How many letters must be added, dropped, replaced or swapped with their neighbour (optimal string alignment). */
function slips(one: string, other: string): number {
  let before: number[] = []
  let last = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let i = 1; i <= one.length; i++) {
    const row = [i]
    for (let j = 1; j <= other.length; j++) {
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
      const replaced = last[j - 1]! + Number(one[i - 1] !== other[j - 1])
      row.push(Math.min(last[j]! + 1, row[j - 1]! + 1, replaced, swapped ? before[j - 2]! + 1 : Infinity))
    }
    ;[before, last] = [last, row]
  }
  return last.at(-1)!
}
