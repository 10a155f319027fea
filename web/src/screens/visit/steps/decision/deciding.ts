/** The customer's word on lines: what stands, and the command that says something else. */
import { computed, onUnmounted, type ComputedRef } from 'vue'
import { now, type Decision, type DecisionChannel, type DeciderRole, type EstimateLine, type Finding } from '../../../../sync'
import { useDraft } from '../../../../parts/draft'
import { act } from '../../../../parts/toast'
import { useItems } from '../../../../parts/visit/items'
import { decisionOf, knownBefore, liveLines } from '../../../../parts/visit/lines'
import { useCan, useView } from '../../../../parts/visit/view'

/** Who decides, and how the shop heard it. */
export interface By {
  name: string
  role: DeciderRole
  channel: DecisionChannel
}

/**
 * A line with what the technician saw, told at the first line of each finding, and what the customer knew it to cost before,
 * if that was another sum.
 */
export interface Row {
  line: EstimateLine
  finding: Finding | undefined
  name: string | undefined
  photos: string[]
  before: number | null
}

/** The standing decisions on the line as it is, which a new one replaces. */
function standing(line: EstimateLine): string[] {
  const mine = line.decided.filter((one) => one.version === line.version)
  const replaced = new Set(mine.flatMap((one) => one.replaces))
  return mine.filter((one) => !replaced.has(one.id)).map((one) => one.id)
}

/** The worst findings first, as on the customer's own page; what rests on none comes last. */
const placeOf = (finding: Finding | undefined): number => (finding ? ['red', 'yellow', 'green', 'not_checked'].indexOf(finding.grade) : 9)

/** Who decides on the visit of the screen, its lines, and saying so. */
export function useDeciding(): {
  by: By
  rows: ComputedRef<Row[]>
  allowed: ComputedRef<boolean>
  decide: (lines: readonly EstimateLine[], decision: Decision) => Promise<void>
} {
  const view = useView()
  const can = useCan()
  const { nameOf } = useItems()
  const { visit, vehicle, customer } = view.value
  const role = vehicle?.owner_id === customer?.id ? 'owner' : 'bringer'
  // The visit may be gone from the tablet by the time the draft is forgotten.
  const { form: by, done } = useDraft<By>(`decider.${visit.id}`, () => ({ name: customer?.name ?? '', role, channel: 'tablet' }))
  onUnmounted(done)
  const allowed = computed(() => can('estimate.decide') && by.name.trim() !== '')
  const rows = computed(() => {
    const told = new Set<string>()
    return liveLines(view.value.lines)
      .map((line) => ({ line, finding: view.value.findings.find((one) => one.id === line.finding_id) }))
      .sort((a, b) => placeOf(a.finding) - placeOf(b.finding) || (a.line.finding_id ?? '').localeCompare(b.line.finding_id ?? ''))
      .map(({ line, finding: about }) => {
        const finding = about && !told.has(about.id) ? about : undefined
        if (about) told.add(about.id)
        const photos = view.value.photos.filter((one) => finding && (one.subject_id === finding.id || finding.photos.includes(one.sha256)))
        return {
          line, finding, photos: photos.map((one) => one.sha256), name: finding && nameOf(finding.item_code),
          before: knownBefore(line, view.value.visit.presented),
        }
      })
  })

  async function decide(lines: readonly EstimateLine[], decision: Decision): Promise<void> {
    const fresh = lines.filter((line) => decisionOf(line) !== decision)
    if (!fresh.length || !allowed.value) return
    const replaces = fresh.flatMap(standing)
    await act('estimate.decide', {
      visit_id: view.value.visit.id,
      decisions: fresh.map((line) => ({ line_id: line.id, version: line.version, decision, amount_fen: line.amount_fen })),
      decided_by: { name: by.name.trim(), role: by.role },
      channel: by.channel,
      decided_at: now(),
      ...(replaces.length && { replaces }),
    })
  }
  return { by, rows, allowed, decide }
}
