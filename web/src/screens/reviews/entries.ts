/** How a person types the values of a command anew: which control each one has, and what is typed as the wire wants it. */
import type { CommandName } from '../../gen/wire'
import type { Review } from '../../sync'
import { wordOf } from '../../i18n'
import { localInput } from '../../parts/clock'
import { OPEN_STAGES } from '../../parts/stages'
import { fenOf, yuanText } from '../../parts/visit/yuan'
import { choiceWord, fieldWord, leaves, type Leaf } from './words'

export type Control = 'text' | 'words' | 'number' | 'money' | 'day' | 'instant' | 'choice' | 'yes' | 'list'
export type Typed = string | boolean | string[]

/** One value of a command and its control; `choices` are wire values with their words. */
export interface Entry extends Leaf {
  key: string
  label: string
  control: Control
  choices: readonly { value: string; text: string }[]
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/
const INSTANT = /^\d{4}-\d\d-\d\dT/
const DAY = /^\d{4}-\d\d-\d\d$/
const LONG = new Set(['words', 'text', 'note', 'reason', 'cause', 'plan', 'work', 'caption'])
/** What a customer signed, said or was shown, and what was photographed: never typed anew. */
const FIXED = new Set(['photo.add', 'handover.sign', 'estimate.present', 'customer.set_consent', 'survey.answer'])
const EVIDENCE = new Set(['role', 'decided_at', 'item_code'])

/** The words to choose from, by field, or by command and field where they differ. */
const CHOICES: Record<string, readonly string[]> = {
  stage: OPEN_STAGES,
  payer: ['customer', 'warranty', 'insurance'],
  energy: ['petrol', 'diesel', 'hev', 'phev', 'erev', 'bev', 'other'],
  grade: ['green', 'yellow', 'red', 'not_checked'],
  decision: ['approved', 'declined', 'deferred'],
  severity: ['light', 'medium', 'heavy'],
  part_kind: ['oem', 'aftermarket', 'refurbished', 'customer_supplied'],
  method: ['cash', 'card', 'wechat', 'alipay', 'transfer', 'insurance', 'warranty', 'points', 'on_account'],
  old_parts: ['take', 'leave'],
  preferred_channel: ['push', 'sms', 'phone', 'email'],
  channels: ['push', 'sms'],
  language: ['zh', 'en'],
  warning_lamps: ['engine', 'oil_pressure', 'coolant', 'battery', 'abs', 'airbag', 'brake', 'tyre_pressure', 'esp', 'steering'],
  'visit.open kind': ['maintenance', 'repair', 'accident', 'warranty', 'recall', 'other'],
  'customer.register kind': ['person', 'company'],
  'customer.update kind': ['person', 'company'],
  'visit.add_damage kind': ['scratch', 'dent', 'crack', 'missing', 'rust', 'other'],
  'estimate.add_line kind': ['labour', 'part', 'other'],
  'estimate.decide channel': ['tablet', 'page', 'phone'],
  'handover.release reason': ['key_drop', 'refused', 'proxy'],
}

/** What a command may say besides, and what its refusal may ask for. */
const BESIDES: Partial<Record<CommandName, readonly string[]>> = {
  'repair.advance': ['note'],
  'visit.promise': ['reason'],
  'vehicle.register': ['vin', 'plate', 'odometer_km'],
  'visit.open': ['local_number'],
}

/** Everything in a review's command that a person can type anew, in the order in which it was sent. */
export function entriesOf(review: Review): Entry[] {
  const { name, fields } = review.command
  if (FIXED.has(name)) return []
  const sent = leaves(fields as Record<string, unknown>).filter(({ field, value }) => !EVIDENCE.has(field) && !hasIds(value))
  const known = new Set(sent.map((leaf) => leaf.path.join('.')))
  const asked = review.reason.code === 'invalid' && review.reason.subject.type === 'field' ? [review.reason.subject.id] : []
  const more = [...asked.filter((path) => !path.includes('[') && !path.endsWith('_id')), ...(BESIDES[name as CommandName] ?? [])]
  const empty = [...new Set(more)].filter((path) => !known.has(path) && path && !valueAt(fields, path.split('.')))
  return [...sent, ...empty.map((path): Leaf => ({ path: path.split('.'), field: path.split('.').at(-1)!, value: null }))].map((leaf) => {
    const words = CHOICES[`${name} ${leaf.field}`] ?? CHOICES[leaf.field] ?? []
    const choices = words.map((value) => ({ value, text: name === 'handover.release' ? wordOf('release', value) : choiceWord(leaf.field, value) }))
    return { ...leaf, key: leaf.path.join('.'), label: fieldWord(leaf.field), choices, control: controlOf(leaf, words) }
  })
}

const hasIds = (value: unknown): boolean =>
  Array.isArray(value) ? value.some((one) => UUID.test(String(one))) : typeof value === 'string' && UUID.test(value)

const valueAt = (fields: unknown, path: readonly string[]): unknown =>
  path.reduce((place, name) => (place as Record<string, unknown> | null | undefined)?.[name], fields)

function controlOf({ field, value }: Leaf, choices: readonly string[]): Control {
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'boolean') return 'yes'
  if (choices.length) return 'choice'
  if (field.endsWith('_fen')) return 'money'
  if (typeof value === 'number' || (value === null && /_(km|pct|year)$/.test(field))) return 'number'
  if (DAY.test(String(value)) || field.endsWith('_on')) return 'day'
  if (INSTANT.test(String(value))) return 'instant'
  return LONG.has(field) ? 'words' : 'text'
}

/** What stands in the control before somebody types. */
export function shown({ control, value }: Entry): Typed {
  if (control === 'list') return (value as unknown[]).map(String)
  if (control === 'yes') return value === true
  if (value === null) return ''
  if (control === 'money') return yuanText(value as number)
  return control === 'instant' ? localInput(String(value)) : String(value)
}

/** What was typed as the wire has it; undefined when it is no value of its kind. */
export function read({ control }: Entry, typed: Typed): unknown {
  if (typeof typed !== 'string') return typed
  const text = typed.trim()
  if (!text) return null
  if (control === 'money') return fenOf(text) ?? undefined
  if (control === 'number') return Number.isFinite(Number(text)) ? Number(text) : undefined
  if (control === 'instant') return Number.isNaN(Date.parse(text)) ? undefined : new Date(text).toISOString()
  return text
}

/** The top-level fields that hold a changed value, whole; null while something typed is no value. */
export function editsOf(fields: object, entries: readonly Entry[], typed: Record<string, Typed>): Record<string, unknown> | null {
  const copy = JSON.parse(JSON.stringify(fields)) as Record<string, unknown>
  const changed = new Set<string>()
  for (const entry of entries) {
    const now = typed[entry.key] ?? ''
    if (JSON.stringify(now) === JSON.stringify(shown(entry))) continue
    const value = read(entry, now)
    if (value === undefined) return null
    put(copy, entry.path, value)
    changed.add(entry.path[0]!)
  }
  return Object.fromEntries([...changed].map((name) => [name, copy[name]]))
}

function put(fields: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let place = fields
  for (const name of path.slice(0, -1)) place = (place[name] ??= {}) as Record<string, unknown>
  place[path.at(-1)!] = value
}

/** What stays as it was sent: structures without a control. */
export function untyped(fields: object, entries: readonly Entry[]): Record<string, unknown> {
  const typed = new Set(entries.map((entry) => entry.path[0]))
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => value !== null && typeof value === 'object' && !typed.has(name)))
}
