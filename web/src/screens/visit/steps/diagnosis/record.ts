/** Recording what was found: the first word about an item makes a finding, every later one revises it. */
import { db, send, uuid7, type Finding, type Grade, type Measure } from '../../../../sync'

/** What may be said about an item; what is absent stays as it is. */
export type Said = { grade?: Grade; measure?: Measure; cause?: string; plan?: string; budget_fen?: number } & Lists

/** Trouble codes and photos replace the ones that were there. */
type Lists = { dtcs: string[] } | { photos: string[] } | object

let last: Promise<unknown> = Promise.resolve()

/** The finding of an item in a visit; the newest when there are several. */
export const findingOf = (findings: readonly Finding[], code: string): Finding | undefined =>
  findings.filter((one) => one.item_code === code).at(-1)

/**
 * Sends what was said and gives the command's id; quick taps on one item wait for each other, so that they never make two
 * findings.
 */
export function record(visitId: string, code: string, said: Said): Promise<string> {
  const turn = last.then(async () => {
    const rows = await db.findings.where('visit_id').equals(visitId).sortBy('id')
    const known = findingOf(rows, code)
    if (!known) {
      const fresh = { grade: 'not_checked' as const, dtcs: [], photos: [], ...said }
      return (await send('finding.record', { visit_id: visitId, finding_id: uuid7(), item_code: code, ...fresh })).id
    }
    const names = Object.keys(said) as (keyof Said)[]
    const seen = Object.fromEntries(names.map((name) => [name, known[name]]))
    return (await send('finding.revise', { finding_id: known.id, seen_version: known.version, seen, ...said })).id
  })
  last = turn.catch(() => undefined)
  return turn
}
