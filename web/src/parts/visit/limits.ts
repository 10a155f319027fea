/** What a measured value means by the limits of its item. */
import type { Grade, InspectionItem } from '../../sync'

/** Limits of an item: decimal strings, and in which direction it gets worse. */
export interface Limits {
  yellow: string
  red: string
  worse: 'below' | 'above'
}

/** The limits of an item, if it has any. */
export const limitsOf = (item: InspectionItem): Limits | null => (item.limits as Limits | null) ?? null

/** The value as a decimal string for the wire, or null when it is no number. */
export function decimalOf(typed: string): string | null {
  const text = typed.trim().replace(',', '.').replace('。', '.')
  return /^-?\d{1,9}(\.\d{1,6})?$/.test(text) ? text : null
}

/** The grade that a value earns; at a limit it is still the better grade. Null without limits. */
export function gradeOf(value: string, limits: Limits | null): Grade | null {
  if (!limits) return null
  const beyond = (limit: string): boolean =>
    limits.worse === 'below' ? Number(value) < Number(limit) : Number(value) > Number(limit)
  return beyond(limits.red) ? 'red' : beyond(limits.yellow) ? 'yellow' : 'green'
}
