/** Chinese text by its sounds: as people type it in full (`wangwei`) or by the first letters (`ww`). */

/** The sounds of a text in lower case: a syllable for each character, everything spelled out, and the first letters. */
export interface Sounds {
  syllables: readonly string[]
  full: string
  initials: string
}

/** Spells a text; a name's first character is read as a surname. What is not Chinese stays as it is. */
export type Spell = (text: string, about?: 'name') => Sounds

let speller: Promise<Spell> | undefined

/** The speller; its dictionary is fetched when somebody first asks. */
export function spelling(): Promise<Spell> {
  speller ??= import('pinyin-pro').then(({ pinyin }) => (text, about) => {
    const syllables = pinyin(text.toLowerCase(), {
      type: 'array', toneType: 'none', toneSandhi: false, v: true, surname: about === 'name' ? 'head' : 'off',
    })
    const joined = (parts: string[]): string => parts.join('').replace(/\s/g, '')
    return { syllables, full: joined(syllables), initials: joined(syllables.map((one) => one[0] ?? '')) }
  })
  speller.catch(() => (speller = undefined))
  return speller
}

/** Every reading of one Chinese character. */
export type Readings = (character: string) => readonly string[]

/** The readings; their dictionary is fetched when somebody first asks. */
export const heteronyms = async (): Promise<Readings> => {
  const { pinyin } = await import('pinyin-pro')
  return (character) => pinyin(character, { type: 'array', toneType: 'none', multiple: true, v: true })
}

/** Whether a text holds what was typed: as characters, as sounds in full, or as first letters. */
export function sounds(text: string, typed: string, spell: Spell | undefined): boolean {
  const wanted = typed.toLowerCase().replace(/\s/g, '')
  if (text.toLowerCase().replace(/\s/g, '').includes(wanted)) return true
  if (!spell || !/^[a-z]+$/.test(wanted)) return false
  const { full, initials } = spell(text)
  return initials.includes(wanted) || full.includes(wanted)
}

/** A part of a text, in characters: `from` up to but without `to`. */
export type Part = readonly [from: number, to: number]

/** The syllables that the letters begin, one after another, each by one letter or more; null when there are none. */
export function heard(syllables: readonly string[], letters: string): Part | null {
  for (let from = 0; from < syllables.length; from++) {
    const to = reaches(syllables, from, letters, 0)
    if (to) return [from, to]
  }
  return null
}

/** Where a run that begins with this syllable ends when it uses up all letters from `at`; 0 when none does. */
function reaches(syllables: readonly string[], from: number, letters: string, at: number): number {
  if (at === letters.length) return from
  const syllable = syllables[from]
  if (!syllable) return 0
  let common = 0
  while (common < syllable.length && syllable[common] === letters[at + common]) common++
  for (; common > 0; common--) {
    const to = reaches(syllables, from + 1, letters, at + common)
    if (to) return to
  }
  return 0
}
