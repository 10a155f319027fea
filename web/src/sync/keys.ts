/** Keys of other programs (接口密钥), for those who look after them. */
import { own } from './own'
import { jsonOf } from './door'

export interface KeyCard {
  id: string
  name: string
  purpose: string | null
  scopes: string[]
  prefix: string
  created_at: string
  created_by: string | null
  expires_at: string
  used_at: string | null
  address: string | null
  revoked_at: string | null
  revoked_by: string | null
  revoked_why: string | null
  old_until: string | null
  state: 'active' | 'expired' | 'revoked'
}
export interface KeyWish {
  name: string
  scopes: string[]
  days: number
  purpose?: string
}
/** A key's text: in this answer and nowhere else. */
export interface MadeKey {
  id: string
  key: string
}

export const keys = {
  all: async (): Promise<KeyCard[]> => (await jsonOf<{ keys: KeyCard[] }>(await own('/auth/keys'))).keys,
  make: async (wish: KeyWish): Promise<MadeKey> => jsonOf<MadeKey>(await own('/auth/keys', { method: 'POST', json: wish })),
  rotate: async (id: string): Promise<MadeKey> => jsonOf<MadeKey>(await own(`/auth/keys/${id}/rotate`, { method: 'POST', json: {} })),
  revoke: async (id: string, why: string): Promise<void> =>
    void (await own(`/auth/keys/${id}?why=${encodeURIComponent(why)}`, { method: 'DELETE' })),
}
