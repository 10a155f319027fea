/** Sentences that customers say most, found by words or by the first letters of their pinyin. */
import { spoken } from '../../../../i18n'

/** A phrase: its key under `phrase.` and the pinyin initials of its Chinese words. */
const PHRASES: readonly { key: string; initials: string }[] = [
  { key: 'service_due', initials: 'dqbyzcgby' },
  { key: 'brake_noise', initials: 'scsyyx' },
  { key: 'brake_shake', initials: 'scsfxpdd' },
  { key: 'engine_light', initials: 'fdjgzdll' },
  { key: 'engine_noise', initials: 'fdjyyx' },
  { key: 'hard_start', initials: 'zcqdkn' },
  { key: 'weak', initials: 'jswl' },
  { key: 'fuel_use', initials: 'yhpg' },
  { key: 'range_low', initials: 'xhlcxj' },
  { key: 'charging', initials: 'cdcscbj' },
  { key: 'pulls', initials: 'zxxspp' },
  { key: 'bumps', initials: 'gjsddpyx' },
  { key: 'ac_warm', initials: 'ktbl' },
  { key: 'ac_smell', initials: 'ktyyw' },
  { key: 'tyre_pressure', initials: 'tybj' },
  { key: 'leak', initials: 'dmylylshj' },
  { key: 'wiper', initials: 'ygqgbgj' },
  { key: 'battery', initials: 'dpmd' },
  { key: 'scratch', initials: 'bxghhxxf' },
  { key: 'screen', initials: 'zkpks' },
]

const MOST = 6

/** The phrases that fit what is typed so far; the commonest when nothing is. */
export function phrasesFor(typed: string): string[] {
  const asked = typed.trim().toLowerCase()
  const words = PHRASES.map((phrase) => ({ ...phrase, text: spoken(`phrase.${phrase.key}`) }))
  const fitting = asked ? words.filter(({ initials, text }) => initials.includes(asked) || text.includes(asked)) : words
  return fitting.slice(0, MOST).map(({ text }) => text)
}
