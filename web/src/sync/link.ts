/** The customer's own page of a visit: only the server can sign the way to it. */

import { jsonOf } from './door'
import { authorised } from './session'

const QUERY = 'query ($id: UUID!) { visit(id: $id) { customerLink } }'

/**
 * The address of the customer's page, or null where the server gives none yet. Raises Unreachable without a network and
 * Refused where nobody may ask.
 */
export async function customerLink(visitId: string): Promise<string | null> {
  const answer = await authorised('/graphql', { method: 'POST', json: { query: QUERY, variables: { id: visitId } } })
  const { data } = await jsonOf<{ data?: { visit?: { customerLink: string | null } | null } | null }>(answer)
  const link = data?.visit?.customerLink
  return link ? new URL(link, location.href).href : null
}
