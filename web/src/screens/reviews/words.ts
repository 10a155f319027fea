/** A review in a person's words: what was sent, what happened to it, and the values on both sides. */
import { db, type Cause, type Review } from '../../sync'
import { yuan } from '../../domain/money'
import { has, listed, t, wordOf } from '../../i18n'
import { moment } from '../../parts/clock'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/
const INSTANT = /^\d{4}-\d\d-\d\dT/
/** Where to look for the word of a value of a field. */
const WORDS: Record<string, string> = {
  stage: 'stage',
  current: 'stage',
  wanted: 'stage',
  kind: 'any_kind',
  payer: 'payer',
  energy: 'energy',
  grade: 'grade',
  decision: 'decision',
  panel: 'panel',
  severity: 'severity',
  method: 'method',
  role: 'role',
  part_kind: 'part_kind',
  purpose: 'purpose',
  preferred_channel: 'channel',
  channel: 'channel',
  channels: 'channel',
  language: 'reach.languages',
  about: 'complaints.about',
  source: 'complaints.source',
  old_parts: 'checkin.old',
  warning_lamps: 'lamp',
}
/** Fields that mean nothing to a reader, or far too much. */
const SILENT = new Set([
  'document', 'strokes', 'jws', 'document_hash', 'strokes_hash', 'sha256', 'media_type', 'bytes', 'photos', 'x', 'y', 'seen',
  'seen_moves', 'seen_version', 'signature_id', 'version', 'message_id', 'evidence',
])

/** Names of the things that ids stand for; see `namesIn`. */
export type Names = ReadonlyMap<string, string>

/** A value that met another one, as a review shows it. */
export interface Met {
  field: string
  from: unknown
  yours: unknown
  theirs: unknown
  result: unknown
  by?: string | null
  at?: string | null
  theirs_by?: string | null
  theirs_at?: string | null
}

/** A value of a field as people read it. */
export function valueWords(field: string, value: unknown, names: Names): string {
  if (value === null || value === undefined || value === '') return t('review.empty')
  if (Array.isArray(value)) return listed(value.map((one) => valueWords(field, one, names))) || t('review.empty')
  if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no')
  if (typeof value === 'number') return field.endsWith('_fen') ? `¥${yuan(value)}` : value.toLocaleString()
  if (typeof value === 'object') {
    return leaves(value as Record<string, unknown>)
      .map((leaf) => valueWords(leaf.field, leaf.value, names))
      .join(' ')
  }
  const text = String(value)
  if (UUID.test(text)) return names.get(text) ?? t('review.some_row')
  if (INSTANT.test(text)) return moment(text)
  return choiceWord(field, text)
}

/** The word for one of a field's values. */
export const choiceWord = (field: string, value: string): string => (WORDS[field] ? wordOf(WORDS[field], value) : value)

/** The word for a field's name; of a change it is the field that changes. */
export function fieldWord(field: string): string {
  const path = field.split('.').filter((name) => name !== 'to' && name !== 'from')
  return wordOf('field', path.at(-1) ?? field)
}

/** One value inside a command: where it lies and what people call it. */
export interface Leaf {
  path: string[]
  field: string
  value: unknown
}

/** Every value of a command worth reading, in order; a change counts by what it changes to. */
export function leaves(fields: Record<string, unknown>, path: string[] = []): Leaf[] {
  return Object.entries(fields).flatMap(([name, value]): Leaf[] => {
    const here = [...path, name]
    if (SILENT.has(name) || name === 'from' || value === null || value === undefined) return []
    if (Array.isArray(value) && value.some((one) => typeof one === 'object')) {
      return value.flatMap((one, at) => leaves(one as Record<string, unknown>, [...here, String(at)]))
    }
    if (typeof value === 'object' && !Array.isArray(value)) return leaves(value as Record<string, unknown>, here)
    const field = name === 'to' ? (path.at(-1) ?? name) : name
    return [{ path: here, field, value }]
  })
}

/** Why something was not simply applied, in one sentence. */
export function reasonWords({ code, subject, facts }: Cause, names: Names): string {
  const known = facts as Record<string, unknown>
  const said = Object.fromEntries(Object.entries(known).map(([name, value]) => [name, valueWords(name, value, names)]))
  if (code === 'invalid') {
    const problem = String(known['problem'] ?? '')
    return t('reason.invalid', { field: fieldWord(subject.id), problem: has(`problem.${problem}`) ? t(`problem.${problem}`, { n: 0 }) : problem })
  }
  if (code === 'identity_match' && typeof known['match'] === 'string') return matchWords(known)
  if (subject.type === 'appointments' && code === 'wrong_stage') {
    return t('reason.wrong_stage_appointments', { current: wordOf('appointment.status', String(known['current'])) })
  }
  if (code === 'bad_signature') {
    const problem = String(known['problem'])
    return t('reason.bad_signature', { what: t(`unproven.${has(`unproven.${problem}`) ? problem : 'other'}`) })
  }
  const field = typeof known['field'] === 'string' ? fieldWord(known['field']) : ''
  return t(has(`reason.${code}`) ? `reason.${code}` : 'reason.other', { ...said, field, code })
}

/** What speaks for two records being one, with the values of both. */
function matchWords(facts: Record<string, unknown>): string {
  const [keep, merge] = [facts['keep'], facts['merge']] as Record<string, string | null>[]
  const numbers = ((facts['numbers'] as string[] | undefined) ?? [keep?.['number'], merge?.['number']]).join(' / ')
  const match = t(`match.${String(facts['match'])}`, { numbers, plate: keep?.['plate'] ?? '', vin: keep?.['vin'] ?? '' })
  const names = { keep: keep?.['name'] ?? '', merge: merge?.['name'] ?? '', pinyin: keep?.['pinyin'] ?? '' }
  const vins = { keep: keep?.['vin'] ?? t('review.empty'), merge: merge?.['vin'] ?? t('review.empty') }
  const more = facts['names'] ? t(`match.names.${String(facts['names'])}`, names) : t(`match.vins.${String(facts['vins'])}`, vins)
  return `${match} ${more}`
}

/** What was sent, as a short title. */
export const commandWords = (review: Review): string => wordOf('command', review.command.name)

/** The names of everything that the review's values point to. */
export async function namesIn(review: Review): Promise<Names> {
  const text = JSON.stringify([review.command.fields, review.merged, review.reason])
  const ids = [...new Set(text.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g) ?? [])]
  const [people, cars, staff, lines, visits] = await Promise.all([
    db.customers.bulkGet(ids),
    db.vehicles.bulkGet(ids),
    db.staff.bulkGet(ids),
    db.estimate_lines.bulkGet(ids),
    db.visits.bulkGet(ids),
  ])
  const named = [...people, ...staff, ...lines].flatMap((row): [string, string][] => (row ? [[row.id, row.name]] : []))
  const plates = cars.flatMap((row): [string, string][] => (row ? [[row.id, row.plate ?? row.vin ?? row.model]] : []))
  const numbers = visits.flatMap((row): [string, string][] => (row ? [[row.id, row.number]] : []))
  return new Map([...named, ...plates, ...numbers])
}
