/** The visit on the screen: a tap on it is guessed from the rows that are shown, before the store has been asked. */

import { MAKES } from '../gen/wire'
import { showAhead } from './ahead'
import { Draft } from './draft'
import { guess } from './guess'
import { mentions, sceneOf } from './rebase'
import { session } from './session'
import type { Sent } from './types'
import type { VisitView } from './views'

type Sight = () => VisitView | null | undefined

let sight: Sight = () => null

/** From now on taps are guessed over what this gives. Gives the way to stop. */
export function keepInSight(seen: Sight): () => void {
  sight = seen
  return () => {
    if (sight === seen) sight = () => null
  }
}

/** Shows what a tap will most likely do; nothing where that depends on rows that are not on the screen. */
export function foresee(tap: Pick<Sent, 'id' | 'name' | 'fields' | 'issued_at'>): void {
  const view = sight()
  const { user, store, device } = session.state
  if (!view || !user || !store || !device) return
  const draft = draftOf(view)
  const fields = tap.fields as unknown as Record<string, unknown>
  const made = new Set((MAKES[tap.name] ?? []).map((field) => fields[field]))
  if (mentions(tap).some(([kind, id]) => !draft.knows(kind, id) && !made.has(id))) return
  guess(draft, tap, sceneOf({ ...tap, user: user.id }, { store_id: store.id, device_id: device.id }))
  if (draft.changed.size) showAhead({ id: tap.id, seq: Infinity, rows: [...draft.changed] })
}

function draftOf(view: VisitView): Draft {
  const draft = new Draft()
  const { visit, customer, vehicle, lines, findings, damages, progress, photos, signatures, amendments } = view
  const shown = {
    visits: [visit], customers: customer ? [customer] : [], vehicles: vehicle ? [vehicle] : [],
    estimate_lines: lines, findings, damages, progress, photos, signatures, amendments,
  }
  for (const [kind, rows] of Object.entries(shown)) {
    for (const row of rows) draft.load(kind as keyof typeof shown, row.id, row)
  }
  return draft
}
