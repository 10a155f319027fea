/** Putting right what a car left with: the chain of papers, the values that may be corrected, and what was typed over them. */
import { normalise as plate } from '../domain/plate'
import { FormatError } from '../domain/typed'
import { normalise as vin } from '../domain/vin'
import type { Amendment, Corrected, Signature, Visit } from '../gen/wire'
import { canonical, sha256Hex, type HandoverDocument } from './document'

export type Group = 'head' | 'concerns' | 'lines' | 'parts_used' | 'advice'
export type Sort = 'text' | 'long' | 'vin' | 'plate' | 'km' | 'quantity' | 'day'
type Plain = string | number | null
type Entry = Record<string, Plain> & { id: string; dropped?: string | null }

/** One value of a document that a person may correct; `of` names the entry that it belongs to. */
export interface Value {
  path: string
  group: Group
  of: string
  name: string
  sort: Sort
  from: Plain
  /** It may also be nothing. */
  optional: boolean
}

const HEAD: Record<string, Sort> = { vin: 'vin', plate: 'plate', customer_name: 'text', odometer_in_km: 'km', odometer_out_km: 'km' }
const LISTS: Record<Exclude<Group, 'head'>, Record<string, Sort>> = {
  concerns: { words: 'long' },
  lines: { name: 'text', code: 'text' },
  parts_used: { name: 'text', code: 'text', quantity: 'quantity' },
  advice: { text: 'long', next_km: 'km', next_on: 'day' },
}
const OPTIONAL = new Set(['head/vin', 'head/plate', 'head/odometer_in_km', 'head/odometer_out_km', 'lines/code', 'advice/next_km', 'advice/next_on'])
const MONEY = /_fen$/

/** The values that stand on a paper and may be corrected, in its order; lines that were struck out are left out. */
export function correctable(document: HandoverDocument): Value[] {
  const head = valuesOf('head', '', '', document as Record<string, Plain>, HEAD)
  const lists = Object.entries(LISTS).flatMap(([group, names]) =>
    entriesOf(document, group)
      .filter((entry) => !entry.dropped)
      .flatMap((entry) => valuesOf(group as Group, `${group}/${entry.id}/`, calledIn(entry), entry, names)),
  )
  return [...head, ...lists]
}

function valuesOf(group: Group, prefix: string, of: string, holder: Record<string, Plain>, names: Record<string, Sort>): Value[] {
  return Object.entries(names).map(([name, sort]) => (
    { path: prefix + name, group, of, name, sort, from: holder[name] ?? null, optional: OPTIONAL.has(`${group}/${name}`) }
  ))
}

const entriesOf = (document: HandoverDocument, list: string): Entry[] => {
  const found = document[list]
  return Array.isArray(found) ? (found as Entry[]) : []
}

const calledIn = (entry: Entry): string => String(entry['name'] ?? entry['words'] ?? entry['text'] ?? '')

/** A value as a person types it. */
export const typedFrom = (from: Plain): string => (from === null ? '' : String(from))

/** What was typed over the values: the corrections, and by path what cannot stand (a key of `problem`). */
export function corrected(values: readonly Value[], typed: Readonly<Record<string, string>>): { corrections: Corrected[]; problems: Record<string, string> } {
  const corrections: Corrected[] = []
  const problems: Record<string, string> = {}
  for (const value of values) {
    const text = typed[value.path] ?? typedFrom(value.from)
    if (text === typedFrom(value.from)) continue
    try {
      const to = read(value, text.trim())
      if (to !== value.from) corrections.push({ path: value.path, from: value.from, to })
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
      problems[value.path] = error.message
    }
  }
  return { corrections, problems }
}

function read({ sort, optional }: Value, text: string): Plain {
  if (!text) {
    if (optional) return null
    throw new FormatError('not_empty')
  }
  if (sort === 'vin') return vin(text)
  if (sort === 'plate') return plate(text)
  if (sort === 'km') return Number(fitting(/^\d{1,7}$/, text))
  if (sort === 'quantity') return fitting(/^\d{1,6}(\.\d{1,3})?$/, text)
  return text
}

function fitting(shape: RegExp, text: string): string {
  const plain = text.normalize('NFKC')
  if (!shape.test(plain)) throw new FormatError('number')
  return plain
}

/** Where a correction stands, for its label: the field's name, and what the entry is called on the paper. */
export function placeOf(path: string, document: HandoverDocument | null): { name: string; of: string } {
  const [list = '', id, ...rest] = path.split('/')
  const entry = document && entriesOf(document, list).find((one) => one.id === id)
  return { name: rest.at(-1) ?? id ?? list, of: entry ? calledIn(entry) : '' }
}

/** A corrected value as it is read: money in yuan, the rest as it stands; nothing for what is not there. */
export function readable(path: string, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number' && MONEY.test(path)) return `¥${(value / 100).toFixed(2)}`
  return Array.isArray(value) ? value.join(' / ') : String(value)
}

/** Whether the centre has taken up an amendment; until then it has no hash that another one could name. */
export const isTaken = (amendment: Amendment): boolean => amendment.document_hash !== ''

/** The chain, the oldest first; what is still to be sent comes last. */
export function chainOf(amendments: readonly Amendment[]): Amendment[] {
  const taken = amendments.filter(isTaken)
  const hashes = new Set(taken.map((one) => one.document_hash))
  const chain = taken.filter((one) => !hashes.has(one.amends)).slice(0, 1)
  for (let next = chain[0]; next; next = taken.find((one) => one.amends === next!.document_hash)) {
    if (next !== chain[0]) chain.push(next)
  }
  return [...chain, ...amendments.filter((one) => !isTaken(one))]
}

/** What the car left with, as it was signed, or sealed without a signature; null as long as that is not known here. */
export function closingOf(visit: Visit, signatures: readonly Signature[]): HandoverDocument | null {
  if (visit.stage !== 'handed_over') return null
  return (closingSignature(signatures)?.document ?? visit.released_document) as HandoverDocument | null
}

/** The signature that handed the car over. */
export const closingSignature = (signatures: readonly Signature[]): Signature | undefined =>
  signatures.find((one) => one.purpose === 'handover' && one.state === 'accepted')

/** The newest paper and its hash, which the next amendment names; null while there is none, or while one is on its way. */
export async function standingOf(
  visit: Visit, signatures: readonly Signature[], amendments: readonly Amendment[],
): Promise<{ document: HandoverDocument; amends: string } | null> {
  const newest = chainOf(amendments).at(-1)
  if (newest) return isTaken(newest) ? { document: newest.document['amended'] as HandoverDocument, amends: newest.document_hash } : null
  const document = closingOf(visit, signatures)
  if (!document) return null
  return { document, amends: closingSignature(signatures)?.document_hash ?? (await sha256Hex(canonical(document))) }
}
