/** Recording what was found: the first word about an item makes a finding, every later one revises it. */
import { db, send, uuid7, type Finding, type Grade, type Measure, type VisitView } from '../../../../sync'

/** What may be said about an item; what is absent stays as it is. */
export type Said = { grade?: Grade; measure?: Measure; cause?: string; plan?: string; budget_fen?: number } & Lists

/** Trouble codes and photos replace the ones that were there. */
type Lists = { dtcs: string[] } | { photos: string[] } | object

/** Items about which something was said since the app was opened. */
const spokenOf = new Set<string>()
let last: Promise<unknown> = Promise.resolve()

/** The finding of an item in a visit; the newest when there are several. */
export const findingOf = (findings: readonly Finding[], code: string): Finding | undefined =>
  findings.filter((one) => one.item_code === code).at(-1)

/**
 * Sends what was said and gives the command's id. Where the screen may not show an item's finding yet, the store is
 * asked for it, one question after another: quick taps never make two findings of an item.
 */
export function record({ visit, findings }: VisitView, code: string, said: Said): Promise<string> {
  const shown = findingOf(findings, code)
  const item = `${visit.id} ${code}`
  if (shown || !spokenOf.has(item)) {
    spokenOf.add(item)
    return speak(visit.id, code, said, shown)
  }
  const turn = last.then(async () => {
    const rows = await db.findings.where('visit_id').equals(visit.id).sortBy('id')
    return speak(visit.id, code, said, findingOf(rows, code))
  })
  last = turn.catch(() => undefined)
  return turn
}

async function speak(visitId: string, code: string, said: Said, known: Finding | undefined): Promise<string> {
  if (!known) {
    const fresh = { grade: 'not_checked' as const, dtcs: [], photos: [], ...said }
    return (await send('finding.record', { visit_id: visitId, finding_id: uuid7(), item_code: code, ...fresh })).id
  }
  const names = Object.keys(said) as (keyof Said)[]
  const seen = Object.fromEntries(names.map((name) => [name, known[name]]))
  return (await send('finding.revise', { finding_id: known.id, seen_version: known.version, seen, ...said })).id
}
