/** The second factor: the own one, with the own token; or after the password, with the ticket that the server gave. */

import { ask, jsonOf } from './door'
import { own } from './own'

/** The own second factor; `needed`: the role must have one. */
export interface OwnFactor {
  on: boolean
  since: string | null
  recovery_left: number | null
  needed: boolean
}
export interface PersonCard {
  id: string
  name: string
  username: string
  role: string
  since: string | null
  needed: boolean
}
/** Shown once: the secret for typing, and what a QR code says. */
export interface Begun {
  secret: string
  uri: string
}
/** What proves a person: the password, and a code where a second factor is on. */
export interface Proof {
  password: string
  code?: string
}

const told = async <T>(path: string, method: string, json: unknown): Promise<T> => jsonOf<T>(await own(path, { method, json }))
const codesOf = ({ recovery_codes }: { recovery_codes: string[] }): string[] => recovery_codes

export const factor = {
  mine: async (): Promise<OwnFactor> => jsonOf(await own('/auth/totp')),
  begin: (proof: Proof): Promise<Begun> => told('/auth/totp', 'POST', proof),
  confirm: async (code: string): Promise<string[]> => codesOf(await told('/auth/totp/confirm', 'POST', { code })),
  renew: async (proof: Proof): Promise<string[]> => codesOf(await told('/auth/totp/recovery-codes', 'POST', proof)),
  end: async (proof: Proof): Promise<void> => void (await own('/auth/totp', { method: 'DELETE', json: proof })),
  people: async (): Promise<PersonCard[]> => (await jsonOf<{ people: PersonCard[] }>(await own('/auth/people'))).people,
  reset: async (id: string, proof: Proof): Promise<void> => void (await own(`/auth/people/${id}/totp`, { method: 'DELETE', json: proof })),

  beginBy: async (ticket: string): Promise<Begun> => jsonOf(await ask('/auth/totp', { method: 'POST', json: { ticket } })),
  confirmBy: async (ticket: string, code: string): Promise<string[]> =>
    codesOf(await jsonOf(await ask('/auth/totp/confirm', { method: 'POST', json: { ticket, code } }))),
}
