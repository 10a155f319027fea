/** The records that the law asks for: only the server has them, from what was signed. */
import { MAY_READ_RECORDS } from '../../gen/wire'
import { language } from '../../i18n'
import { session } from '../../sync'
import { jsonOf, Refused } from '../../sync/door'
import { authorised } from '../../sync/session'

export type RecordKind = 'health' | 'warranty'

/** What a record lacks, in both languages. */
export interface Lack {
  element: string
  zh: string
  en: string
}

export interface Incomplete {
  visit_id: string
  number: string
  plate: string | null
  problems: Lack[]
}

/** A period as the server tells it, all pages together: how many records are complete, and what the others lack. */
export interface Period {
  kind: RecordKind
  from: string
  to: string
  store: { id: string; name: string }
  complete: number
  incomplete: Incomplete[]
}

interface Filed {
  record: { claim_due_on?: string }
  problems: Lack[]
}

export const MOST_DAYS = 366
const DAY_MS = 86_400_000

/** Whether the person who is signed in may read them. */
export const mayRead = (): boolean => MAY_READ_RECORDS.includes(session.state.user?.role ?? '')

/** What a problem is called in the language of the screen. */
export const lackWords = (lack: Lack): string => (language() === 'en' ? lack.en : lack.zh)

/** The key of what is wrong with two days (`YYYY-MM-DD`), or null. */
export function wrongDays(from: string, to: string): 'days_empty' | 'days_wrong' | 'days_many' | null {
  if (!from || !to) return 'days_empty'
  if (to < from) return 'days_wrong'
  return (Date.parse(to) - Date.parse(from)) / DAY_MS >= MOST_DAYS ? 'days_many' : null
}

/** The first and last day of this month, or of one before it; today is the last day of this one. */
export function monthDays(back: number, today = new Date()): { from: string; to: string } {
  const first = new Date(today.getFullYear(), today.getMonth() - back, 1)
  const last = back ? new Date(today.getFullYear(), today.getMonth() - back + 1, 0) : today
  return { from: written(first), to: written(last) }
}

const written = (day: Date): string =>
  [day.getFullYear(), String(day.getMonth() + 1).padStart(2, '0'), String(day.getDate()).padStart(2, '0')].join('-')

/**
 * What lacks in the records of the period, page by page; `seen` hears how many are there so far. Raises Unreachable and Refused, and
 * what the signal says once it aborts.
 */
export async function periodRecords(
  kind: RecordKind, days: { from: string; to: string }, signal: AbortSignal, seen: (count: number) => void,
): Promise<Period> {
  let whole: Period | undefined
  let after: string | null = null
  do {
    const query = new URLSearchParams({ ...days, limit: '500', ...(after === null ? {} : { after }) })
    const page: Period & { after: string | null } = await jsonOf(await authorised(`/records/${kind}?${query}`))
    signal.throwIfAborted()
    const { after: next, complete, incomplete, kind: _, from, to, store } = page
    whole = {
      kind, from, to, store,
      complete: (whole?.complete ?? 0) + complete, incomplete: [...(whole?.incomplete ?? []), ...incomplete],
    }
    after = next
    seen(whole.complete + whole.incomplete.length)
  } while (after !== null)
  return whole
}

/** A visit's record of one kind, or null when it needs none. Raises Unreachable and Refused. */
export async function visitRecord(visitId: string, kind: RecordKind): Promise<Filed | null> {
  try {
    return await jsonOf<Filed>(await authorised(`/visits/${visitId}/${kind}-record.json`))
  } catch (error) {
    if (error instanceof Refused && error.code === 'no_record') return null
    throw error
  }
}
