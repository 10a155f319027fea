/** The customer's own page of a visit: only the server can sign the way to it. */

import { uuid7 } from './clock'
import { jsonOf } from './door'
import { authorised } from './session'

const RENEW =
  'mutation ($id: UUID!, $input: VisitRenewLinkInput!) { visitRenewLink(id: $id, input: $input) { outcome } }'
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

/**
 * Makes a new address and closes the old one at once; gives the new one. It asks the server itself instead of the queue:
 * whoever sees the new address must know that the old one is closed. Raises like `customerLink`.
 */
export async function renewCustomerLink(visitId: string): Promise<string | null> {
  const json = { query: RENEW, variables: { id: uuid7(), input: { visitId } } }
  const answer = await authorised('/graphql', { method: 'POST', json })
  const { data } = await jsonOf<{ data?: { visitRenewLink?: { outcome: string } | null } | null }>(answer)
  return data?.visitRenewLink?.outcome.toLowerCase() === 'applied' ? customerLink(visitId) : null
}
