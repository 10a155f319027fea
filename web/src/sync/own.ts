/** Asking as the person who works here: with the own token, never a colleague's. */

import { db } from './db'
import { ask, Refused, type Ask } from './door'

/** Raises Refused (`signed_out` without a token) or Unreachable. */
export async function own(path: string, how: Ask = {}): Promise<Response> {
  const active = await db.read<string | null>('active')
  const token = active ? (await db.people.get(active))?.token : null
  if (!token) throw new Refused(401, 'signed_out')
  return ask(path, { ...how, token })
}
