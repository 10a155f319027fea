/** Chinese text by its sounds: as people type it in full (`wangwei`) or by the first letters (`ww`). */

/** The sounds of a text in lower case: everything spelled out, and the first letter of each character. */
export interface Sounds {
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
    return { full: syllables.join('').replace(/\s/g, ''), initials: syllables.map((one) => one[0] ?? '').join('').replace(/\s/g, '') }
  })
  return speller
}

/** Whether a text holds what was typed: as characters, as sounds in full, or as first letters. */
export function sounds(text: string, typed: string, spell: Spell | undefined): boolean {
  const wanted = typed.toLowerCase().replace(/\s/g, '')
  if (text.toLowerCase().replace(/\s/g, '').includes(wanted)) return true
  if (!spell || !/^[a-z]+$/.test(wanted)) return false
  const { full, initials } = spell(text)
  return initials.includes(wanted) || full.includes(wanted)
}
