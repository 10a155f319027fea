/** What was typed on a record since it was merged with another: the server keeps each field's history, a tablet does not. */

import { jsonOf } from './door'
import { authorised } from './session'

/** One field that one command changed, the newest first. */
export interface LaterEdit {
  field: string
  before: unknown
  after: unknown
  commandId: string
  command: string
  userId: string | null
  issuedAt: string
  receivedAt: string
}

type Kind = 'customer' | 'vehicle'

interface Answer {
  data: {
    party: { history: LaterEdit[] } | null
    journal: { edges: { node: { name: string; receivedAt: string } }[] }
  }
}

const MOST = 100
const ASKED = (kind: Kind): string => `query Since($id: UUID!, $merged: UUID!) {
  party: ${kind}(id: $id) { history(first: ${MOST}) { field before after commandId command userId issuedAt receivedAt } }
  journal(subjectId: $merged, first: ${MOST}) { edges { node { name receivedAt } } }
}`

/** The edits of the kept record since the other one was merged into it; raises Unreachable without a network. */
export async function editsSince(kind: Kind, keepId: string, mergedId: string): Promise<LaterEdit[]> {
  const json = { query: ASKED(kind), variables: { id: keepId, merged: mergedId } }
  const { data } = await jsonOf<Answer>(await authorised('/graphql', { method: 'POST', json }))
  const merge = data.journal.edges.find(({ node }) => node.name === `${kind}.merge`)
  if (!merge) return []
  return (data.party?.history ?? []).filter(({ receivedAt }) => receivedAt > merge.node.receivedAt)
}
