/** Where people are signed in and on which tablets: asked of the server with the own token, never a colleague's. */

import { db } from './db'
import { ask, jsonOf } from './door'
import { own } from './own'
import { makeVerifier } from './verifier'

export interface SessionCard {
  id: string
  user_id: string
  user_name: string
  role: string
  device_name: string | null
  created_at: string
  used_at: string | null
  address: string | null
  current: boolean
}
export interface DeviceCard {
  id: string
  name: string
  store: string
  enrolled_at: string
  enrolled_by: string | null
  state: 'pending' | 'active' | 'revoked'
  last_seen_at: string | null
  unsent: number | null
  app: string | null
  current: boolean
}

const WEEK_MS = 7 * 24 * 3600_000
const TRY_AGAIN_MS = 3600_000
let notBefore = 0

export const access = {
  sessions: async (): Promise<SessionCard[]> =>
    (await jsonOf<{ sessions: SessionCard[] }>(await own('/auth/sessions?everybody=true'))).sessions,
  devices: async (): Promise<DeviceCard[]> => (await jsonOf<{ devices: DeviceCard[] }>(await own('/auth/devices'))).devices,
  end: async (id: string): Promise<void> => void (await own(`/auth/sessions/${id}`, { method: 'DELETE' })),
  endOthers: async (): Promise<number> => (await jsonOf<{ ended: number }>(await own('/auth/sessions', { method: 'DELETE' }))).ended,
  approve: async (id: string): Promise<void> => void (await own(`/auth/devices/${id}/approve`, { method: 'POST' })),
  revoke: async (id: string): Promise<void> => void (await own(`/auth/devices/${id}/revoke`, { method: 'POST' })),

  /** Changes the own password, here and there; the PIN that was set under the old one stays, the person is the same. */
  async changePassword(old: string, fresh: string): Promise<number> {
    const { ended } = await jsonOf<{ ended: number }>(await own('/auth/password', { method: 'POST', json: { old, new: fresh } }))
    const verifier = await makeVerifier(fresh)
    const active = await db.read<string | null>('active')
    if (active) await db.people.update(active, { verifier })
    return ended
  },
}

/** Once a week each token is changed for a fresh one; a failure is no reason to stop, the old one still works. */
export async function rotateOld(now = Date.now()): Promise<void> {
  if (now < notBefore) return
  const old = (await db.people.toArray()).filter((one) => one.token && one.fresh_at && one.fresh_at < now - WEEK_MS)
  for (const { user_id, token } of old) {
    try {
      const fresh = await jsonOf<{ token: string }>(await ask('/auth/rotate', { method: 'POST', token }))
      await db.people.where('user_id').equals(user_id).modify((person) => {
        if (person.token === token) Object.assign(person, { token: fresh.token, fresh_at: now })
      })
    } catch {
      notBefore = now + TRY_AGAIN_MS
    }
  }
}
