/** Sentences that customers say most, found by words or by the first letters of their pinyin. */
import type { Energy } from '../../../../gen/wire'
import { has, spoken } from '../../../../i18n'

/** A phrase: its key under `phrase.`, the pinyin initials of its Chinese words, and which cars it is not said of. */
interface Phrase {
  key: string
  initials: string
  notOf?: readonly Energy[]
}

const NO_ENGINE: readonly Energy[] = ['bev']
const NO_PLUG: readonly Energy[] = ['petrol', 'diesel', 'hev']

/** The commonest first. */
const PHRASES: readonly Phrase[] = [
  { key: 'service_due', initials: 'dqbyzcgby' },
  { key: 'brake_noise', initials: 'scsyyx' },
  { key: 'engine_light', initials: 'fdjgzdll', notOf: NO_ENGINE },
  { key: 'range_low', initials: 'xhlcxj', notOf: NO_PLUG },
  { key: 'ac_warm', initials: 'ktbl' },
  { key: 'bumps', initials: 'gjsddpyx' },
  { key: 'tyre_pressure', initials: 'tybj' },
  { key: 'wiper', initials: 'ygqgbgj' },
  { key: 'brake_shake', initials: 'scsfxpdd' },
  { key: 'engine_noise', initials: 'fdjyyx', notOf: NO_ENGINE },
  { key: 'charging', initials: 'cdcscbj', notOf: NO_PLUG },
  { key: 'pulls', initials: 'zxxspp' },
  { key: 'weak', initials: 'jswl' },
  { key: 'scratch', initials: 'bxghhxxf' },
  { key: 'hard_start', initials: 'zcqdkn', notOf: NO_ENGINE },
  { key: 'fuel_use', initials: 'yhpg', notOf: NO_ENGINE },
  { key: 'ac_smell', initials: 'ktyyw' },
  { key: 'leak', initials: 'dmylylshj' },
  { key: 'battery', initials: 'dpmd' },
  { key: 'screen', initials: 'zkpks' },
]

const MOST = 12

/**
 * The phrases that fit what is typed so far; the commonest for such a car when nothing is. None before their words are
 * here: a phrase is written into a record as the customer's own.
 */
export function phrasesFor(typed: string, energy: Energy = 'other'): string[] {
  const asked = typed.trim().toLowerCase()
  const words = PHRASES.filter(({ key }) => has(`phrase.${key}`)).map((phrase) => ({ ...phrase, text: spoken(`phrase.${phrase.key}`) }))
  const fitting = asked
    ? words.filter(({ initials, text }) => initials.includes(asked) || text.includes(asked))
    : words.filter(({ notOf }) => !notOf?.includes(energy))
  return fitting.slice(0, MOST).map(({ text }) => text)
}
