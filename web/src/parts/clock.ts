/** Time as people say it: "还有 25 分钟", "超时 40 分钟", with the clock time beside it. */
import { ref, type Ref } from 'vue'
import { language, t } from '../i18n'

const MINUTE = 60_000
const DAY = 86_400_000
/** From so many hours on nobody counts the minutes. */
const LONG = 10
const current = ref(Date.now())
setInterval(() => (current.value = Date.now()), 20_000)

/** Milliseconds since the epoch, renewed every 20 seconds for everything on the screen. */
export const useNow = (): Ref<number> => current

/** The clock time of an instant, `16:30`. */
export const clock = (at: string | number): string =>
  new Date(at).toLocaleTimeString(language(), { hour: '2-digit', minute: '2-digit', hour12: false })

const dayStart = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0)

/** The day of an instant: today, tomorrow, yesterday or the date. */
export function day(at: string | number, now = current.value): string {
  const distance = Math.round((dayStart(new Date(at).getTime()) - dayStart(now)) / DAY)
  if (distance === 0) return t('time.today')
  if (distance === 1) return t('time.tomorrow')
  if (distance === -1) return t('time.yesterday')
  const year = new Date(at).getFullYear() === new Date(now).getFullYear() ? undefined : ('numeric' as const)
  return new Date(at).toLocaleDateString(language(), { year, month: 'short', day: 'numeric' })
}

/** Day and clock time; today's day is left out. */
export function moment(at: string | number, now = current.value): string {
  return day(at, now) === t('time.today') ? clock(at) : `${day(at, now)} ${clock(at)}`
}

/** A length of time as exactly as anybody needs it: 25 分钟, 1 小时 20 分, 22 小时, 2 天. */
export function span(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / MINUTE))
  if (minutes < 60) return t('time.minutes', { n: minutes })
  const hours = Math.floor(minutes / 60)
  if (hours >= 24) return t('time.days', { n: Math.round(hours / 24) })
  return minutes % 60 && hours < LONG ? t('time.hours_minutes', { h: hours, m: minutes % 60 }) : t('time.hours', { n: hours })
}

/** How a promise stands: late or not, and in words how much is left or over. */
export function due(readyAt: string, now = current.value): { late: boolean; words: string } {
  const left = Date.parse(readyAt) - now
  return left < 0
    ? { late: true, words: t('time.over', { span: span(-left) }) }
    : { late: false, words: t('time.left', { span: span(left) }) }
}

/** The instant as the value of an `<input type="datetime-local">`. */
export function localInput(at: string | number): string {
  const date = new Date(at)
  return new Date(date.getTime() - date.getTimezoneOffset() * MINUTE).toISOString().slice(0, 16)
}

/** An instant today or some days on, at a full hour, as RFC 3339 UTC. */
export const atHour = (hour: number, days = 0, now = current.value): string =>
  new Date(new Date(dayStart(now) + days * DAY).setHours(hour, 0, 0, 0)).toISOString()
