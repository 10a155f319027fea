/** Diagnostic trouble codes (SAE J2012, ISO 15031-6); `normalise` is the twin of server/domain/dtc.py. */
import { bare, FormatError } from './typed'

const SHAPE = /^([PCBU][0-3][0-9A-F]{3})([0-9A-F]{2})?$/

/** The code as `P0301` or, with its failure type, `U0073-04`; throws FormatError `dtc_format`. */
export function normalise(text: string): string {
  const code = SHAPE.exec(bare(text).replaceAll(':', ''))
  if (!code) throw new FormatError('dtc_format')
  return code.slice(1).filter(Boolean).join('-')
}

/** All codes of a pasted text in its order, none twice, and the pieces that are no codes. */
export function codesIn(text: string): { codes: string[]; others: string[] } {
  const [codes, others] = [new Set<string>(), [] as string[]]
  // A single code may be typed with spaces inside.
  const pieces = SHAPE.test(bare(text).replaceAll(':', '')) ? [text] : text.split(/[\s,;，；、/|]+/)
  for (const piece of pieces.filter(Boolean)) {
    try {
      codes.add(normalise(piece))
    } catch {
      others.push(piece)
    }
  }
  return { codes: [...codes], others }
}

/** What a code says, in both languages. */
export interface Meaning {
  zh: string
  en: string
}

let table: Promise<ReadonlyMap<string, Meaning>> | undefined

/** The meanings of the common codes, without failure types; the table is fetched when somebody first asks. */
export function meanings(): Promise<ReadonlyMap<string, Meaning>> {
  table ??= import('./dtc.tsv?raw').then(({ default: text }) => new Map(text.trim().split('\n').map(rowOf)))
  return table
}

/** The meaning of a normalised code; its failure type says how, not what. */
export const meaningOf = (known: ReadonlyMap<string, Meaning>, code: string): Meaning | undefined => known.get(code.slice(0, 5))

function rowOf(row: string): [string, Meaning] {
  const [code = '', zh = '', en = ''] = row.split('\t')
  return [code, { zh, en }]
}
