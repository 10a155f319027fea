/** The languages of the screens: Chinese comes with the app, English is fetched when somebody wants it. */
import { createI18n } from 'vue-i18n'
import { said } from './said'
import zh from './zh'
import type aftercare from './zh/aftercare'
import type contact from './zh/contact'
import type exportWords from './zh/exports'
import type factor from './zh/factor'
import type inbox from './zh/inbox'
import type records from './zh/records'
import type rights from './zh/rights'
import type steps from './zh/steps'
import type tablet from './zh/tablet'

/** A language that the screens speak. */
export type Language = 'zh-CN' | 'en'

type Words = typeof zh & Partial<typeof inbox> & Partial<typeof contact & typeof aftercare> & Partial<typeof tablet & typeof steps & typeof records & typeof exportWords & typeof factor & typeof rights>

const STORED = 'jieche.language'

/** The vue-i18n instance that the app installs. */
export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN' as Language,
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': zh } as Record<string, Words>,
  messageCompiler: said,
  missingWarn: false,
  fallbackWarn: false,
})

/** Translates a key; reactive when called while rendering. */
export const t = (key: string, facts: Record<string, unknown> = {}): string => i18n.global.t(key, facts)

/** Whether the key has words in the current language or in Chinese. */
export const has = (key: string): boolean => i18n.global.te(key) || i18n.global.te(key, 'zh-CN')

/** The language that is spoken now. */
export const language = (): Language => i18n.global.locale.value as Language

/** Switches the language at run time and remembers it on this tablet. */
export async function speak(wanted: Language): Promise<void> {
  if (wanted === 'en' && !i18n.global.availableLocales.includes('en')) {
    i18n.global.setLocaleMessage('en', (await import('./en')).default)
  }
  i18n.global.locale.value = wanted
  document.documentElement.lang = wanted
  localStorage.setItem(STORED, wanted)
}

/** Words that few screens need, and none at first: they are fetched once, and are there when the promise is kept. */
export function later(fetched: () => Promise<{ default: object }>): () => Promise<void> {
  let known: Promise<void> | undefined
  const fetch = async (): Promise<void> => {
    try {
      i18n.global.mergeLocaleMessage('zh-CN', (await fetched()).default)
    } catch (error) {
      known = undefined // the next screen that needs them asks again
      throw error
    }
  }
  return () => (known ??= fetch())
}

/** The Chinese words of the inbox, of refusals and of field names. */
export const learnInbox = later(() => import('./zh/inbox'))

/** The Chinese words of the tablet itself: who works on it, what waits, what it keeps, and that it was locked. */
export const learnTablet = later(() => import('./zh/tablet'))

/** The Chinese words of the steps of a visit, of the board and of scanning. */
export const learnSteps = later(() => import('./zh/steps'))

/** The Chinese words of appointments, of contact preferences and of what customers were told. */
export const learnContact = later(() => import('./zh/contact'))

/** The Chinese words of the time after a visit: calls, surveys, complaints. */
export const learnAftercare = later(() => import('./zh/aftercare'))

/** The Chinese words of the records that the law asks for. */
export const learnRecords = later(() => import('./zh/records'))

/** The Chinese words of exports. */
export const learnExports = later(() => import('./zh/exports'))

/** The Chinese words of a customer's rights. */
export const learnRights = later(() => import('./zh/rights'))

/** The Chinese words of the second factor. */
export const learnFactor = later(() => import('./zh/factor'))

/** Takes up the language that was chosen on this tablet before. */
export const speakAsBefore = (): Promise<void> => speak(localStorage.getItem(STORED) === 'en' ? 'en' : 'zh-CN')

/** Picks the Chinese or English name of a catalogue or template row. */
export const named = (row: { name: string; name_en: string }): string =>
  language() === 'en' && row.name_en ? row.name_en : row.name

/** The Chinese words of a key: what is written into records, whatever language the screen speaks. */
export const spoken = (key: string, facts: Record<string, unknown> = {}): string => i18n.global.t(key, facts, { locale: 'zh-CN' })

/** The word for a value under a prefix, or the value itself when this app has no word for it. */
export const wordOf = (prefix: string, value: string): string => (has(`${prefix}.${value}`) ? t(`${prefix}.${value}`) : value)

/** Words in a row, as the language separates them. */
export const listed = (words: readonly string[]): string => words.join(t('common.comma'))
