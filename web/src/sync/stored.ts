/** Customers whose record is only stored: no tablet holds them, so the server is asked, with the own token. */

import { jsonOf, Refused } from './door'
import { own } from './own'

/** As much as a screen needs to give the record back, or the customer their data. */
export interface StoredCustomer {
  id: string
  name: string
  restricted: { reason: string; at: string } | null
}

const FIELDS = '{ id name restricted { reason at } }'
const ONE = `query ($id: UUID!) { customer(id: $id) ${FIELDS} }`
const SEVERAL = `query ($search: String) { customers(search: $search, first: 50) { edges { node ${FIELDS} } } }`

interface Answer {
  data: { customer?: StoredCustomer | null; customers?: { edges: { node: StoredCustomer }[] } } | null
}

async function asked(query: string, variables: Record<string, string>): Promise<NonNullable<Answer['data']>> {
  const { data } = await jsonOf<Answer>(await own('/graphql', { method: 'POST', json: { query, variables } }))
  if (!data) throw new Refused(200, 'no_data')
  return data
}

/** The record, if it is only stored. Raises Refused and Unreachable, as the next one does. */
export async function storedCustomer(id: string): Promise<StoredCustomer | null> {
  const { customer } = await asked(ONE, { id })
  return customer?.restricted ? customer : null
}

/** Records that are only stored and whose name or number holds this text. */
export async function storedCustomers(search: string): Promise<StoredCustomer[]> {
  const { customers } = await asked(SEVERAL, { search })
  return (customers?.edges ?? []).map(({ node }) => node).filter((one) => one.restricted)
}
